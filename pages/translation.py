from modeltranslation.translator import TranslationOptions, register

from pages.models import Page


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "summary", "intro", "body", "image_alt", "slug")
    required_languages = ("sv",)
    empty_values = {"slug": None}
