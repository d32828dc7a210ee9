"""The countries that a town can lie in."""

from babel import Locale
from django.utils.translation import get_language

from publishing.sorting import sort_key

# ISO 3166-1 codes of the countries a European town can lie in; their names come from CLDR in every language.
COUNTRIES = (  # noqa: SIM905
    "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS SE SI SK SM TR UA VA XK"
).split()


def country_choices() -> list[tuple[str, str]]:
    """Codes and names of the countries, in the order of the active language's names."""
    names = Locale.parse(get_language() or "sv").territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda choice: sort_key(choice[1]))
