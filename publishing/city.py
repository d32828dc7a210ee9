"""What the city is called, from content/city.toml, and what a language is."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _


def domain() -> str:
    """The city's own domain, such as molndal.se."""
    return (urlsplit(settings.CITY["website"]).hostname or "").removeprefix("www.")


def names() -> dict[str, str]:
    """In the active language: the city, the municipality (`body`) and the site; the city's website; a colour for it."""
    languages = settings.CITY["languages"]
    found: dict[str, str] = languages.get(get_language()) or languages[settings.LANGUAGE_CODE]
    return found | {
        "site": _("%(body)s International") % found,
        "website": settings.CITY["website"],
        "domain": domain(),
        "colour": settings.COLOURS["hero"][0],
    }


def language_name(code: str) -> str:
    """A language in a sentence of the active one: "tyska"."""
    return str(get_language_info(code)["name_translated"]).lower()


# A text with the names in it, in the language that is active when it is shown.
named = lazy(lambda text: text % names(), str)
