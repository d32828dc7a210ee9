from modeltranslation.translator import TranslationOptions, register

from news.models import Article


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "place", "audience", "amount", "image_alt", "slug")
    required_languages = ("sv",)
    empty_values = {"slug": None}
