from modeltranslation.translator import TranslationOptions, register

from accessibility.models import Shortcoming, Statement


@register(Statement)
class StatementTranslation(TranslationOptions):
    fields = ("title", "summary", "body_name", "service", "method_text", "alternative", "authority_name")
    required_languages = ("sv",)


@register(Shortcoming)
class ShortcomingTranslation(TranslationOptions):
    fields = ("what", "why", "remedy")
