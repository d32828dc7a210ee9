"""The line that tells readers what is not translated, or not reviewed, on the page."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from editing.models import TranslationStatus
from editing.translations import about, is_missing, translated_fields
from publishing.models import Content

register = template.Library()


@register.simple_block_tag(takes_context=True)
def with_language_note(context: Context, content: SafeString) -> SafeString:
    """A page's content, below a note where some of it is in Swedish or its translation is not reviewed."""
    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        return content
    everything = [item for item in context["everything"] if isinstance(item, Content)]
    unreviewed = TranslationStatus.objects.filter(
        about(everything), language=language, state=TranslationStatus.State.UNREVIEWED
    )
    texts = ((item, name) for item in everything for name in translated_fields(type(item)))
    note = {
        "request": context["request"],
        "page": context["page"],
        "is_partly_swedish": f'lang="{settings.LANGUAGE_CODE}" data-untranslated' in content,
        "is_unreviewed": unreviewed.exists(),
        "has_english": language != "en" and not any(is_missing(item, name, "en") for item, name in texts),
    }
    return render_to_string("includes/language_note.html", note) + content
