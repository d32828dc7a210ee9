from modeltranslation.translator import TranslationOptions, register

from networks.models import Fact, FocusArea, Network, Project


@register(FocusArea)
class FocusAreaTranslation(TranslationOptions):
    fields = ("name", "summary", "body", "slug")
    required_languages = ("sv",)
    empty_values = {"slug": None}


@register(Network)
class NetworkTranslation(TranslationOptions):
    fields = ("name", "full_name", "summary", "body", "focus_intro", "participation", "image_alt")
    required_languages = ("sv",)


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("name", "summary", "body", "image_alt")


@register(Fact)
class FactTranslation(TranslationOptions):
    fields = ("label", "value", "source")
