from modeltranslation.translator import TranslationOptions, register

from twinning.models import Exchange, Partnership, Town


@register(Town)
class TownTranslation(TranslationOptions):
    fields = ("name", "short_name", "introduction", "body", "association_name", "image_alt")
    required_languages = ("sv",)


@register(Partnership)
class PartnershipTranslation(TranslationOptions):
    fields = ("note",)


@register(Exchange)
class ExchangeTranslation(TranslationOptions):
    fields = ("name", "summary", "body", "image_alt", *Exchange.TERMS)
