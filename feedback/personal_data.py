"""Find personal data in comments, to show it to the writer and keep it out of the database.

Sources of the rules:
- personnummer: 18 § folkbokföringslagen (1991:481) and Skatteverket: six figures for the date of birth, a hyphen (a
  plus from the year one turns 100), a birth number of three, a control digit. Computers write the year with four.
- samordningsnummer: lagen (2022:1697) om samordningsnummer and Skatteverket: the same with 60 added to the day.
- the control digit of both, and of card numbers: the Luhn formula, ISO/IEC 7812-1, annex B. Cards have 13 to 19 figures
  and begin with 3 to 6 (travel, banks, shops), Mastercard's also with 22 to 27.
- phone numbers: the number plans in the phonenumbers library.
- e-mail addresses: roughly the Mailbox of RFC 5321, 4.1.2, with letters of any script (RFC 6531).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from phonenumbers import Leniency, PhoneNumberMatcher


class Kind(TextChoices):
    PERSONAL_NUMBER = "personnummer", _("Swedish personal identity number")
    COORDINATION_NUMBER = "samordningsnummer", _("Swedish coordination number")
    CARD = "kortnummer", _("card number")
    EMAIL = "e-postadress", _("an email address")
    PHONE = "telefonnummer", _("telephone number")


@dataclass(frozen=True)
class Find:
    """A piece of personal data: what it is, as it was written, and where it stands."""

    kind: Kind
    text: str
    start: int
    end: int


def luhn(digits: str) -> bool:
    """Whether the last figure is the control digit of those before it."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def is_date(year: int, month: int, day: int) -> bool:
    try:
        return date(1850, 1, 1) <= date(year, month, day) <= date.today()
    except ValueError:
        return False


def number_of_a_person(match: re.Match[str]) -> Kind | None:
    century, year, month, day, rest = match.groups()
    if not luhn(year + month + day + rest):
        return None
    day_of_birth = int(day) % 60 if int(day) > 60 else int(day)
    centuries = [century] if century else ["19", "20"]
    if not any(is_date(int(c + year), int(month), day_of_birth) for c in centuries):
        return None
    return Kind.PERSONAL_NUMBER if day_of_birth == int(day) else Kind.COORDINATION_NUMBER


def card(match: re.Match[str]) -> Kind | None:
    return Kind.CARD if luhn(re.sub(r"\D", "", match[0])) else None


# No other digit may precede or follow, or it would be a part of something longer.
ISOLATED = r"(?<!\d){}(?!\d)"
RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Kind | None]]] = [
    (re.compile(ISOLATED.format(r"(18|19|20)?(\d\d)[-/. ]?(\d\d)[-/. ]?(\d\d) ?[-+]? ?(\d{4})")), number_of_a_person),
    (re.compile(ISOLATED.format(r"(?=[3-6]|2[2-7])(?:\d[ -]?){12,18}\d")), card),
    (
        re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@| ?[(\[](?:at|a)[)\]] ?)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}"),
        lambda match: Kind.EMAIL,
    ),
]
PHONE = re.compile(
    ISOLATED.format(
        r"(?:(?:\+|00) ?[1-9](?:[ ()./-]{0,3}\d){6,14}"  # international (ITU-T E.164)
        r"|\(0[1-9]\d{0,2}\)(?:[ -]{0,3}\d){5,8}|0[1-9](?:[ /-]{0,3}\d){6,8})"  # Swedish (PTS)
    )
)
# Amounts, dates, opening hours and reference numbers, which look like phone numbers.
NO_PHONE = re.compile(
    ISOLATED.format(
        r"(?:(?<!\d[ -])[1-9]\d{0,2}(?: \d{3})+|\+[1-9]\d{0,2}(?: 000)+|\d\d[.:]\d\d ?- ?\d\d[.:]\d\d"
        r"|\d{4}-\d\d-\d\d|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d|\d+/(?:19|20)\d\d)"
    )
)


def phone_numbers(plain: str) -> Iterator[tuple[int, int]]:
    """Where phone numbers stand: valid ones of any country, and what looks like one beside other digits or letters."""
    for match in PhoneNumberMatcher(plain, "SE", leniency=Leniency.VALID, max_tries=len(plain)):
        yield match.start + (match.raw_string.count("(") > match.raw_string.count(")")), match.end
    yield from (match.span() for match in PHONE.finditer(plain))


def simplified(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, and for each of them the index it comes from.

    Digits of any script and width become 0 to 9, dashes and blanks the plain ones; invisible characters are left out.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for letter in unicodedata.normalize("NFKC", original):
            category = unicodedata.category(letter)
            if category in {"Cf", "Cc", "Mn"} and letter != "\n":
                continue
            if category == "Nd":
                letters.append(str(unicodedata.decimal(letter)))
            elif category == "Pd" or letter == "\u2212":
                letters.append("-")
            else:
                letters.append(" " if category == "Zs" else letter)
            places.append(place)
    return "".join(letters), places


def find(text: str) -> list[Find]:
    """Every piece of personal data in the text, in order; of two that overlap the one by the earlier rule."""
    plain, places = simplified(text)
    candidates = [(rule(match), *match.span()) for pattern, rule in RULES for match in pattern.finditer(plain)]
    harmless = [match.span() for match in NO_PHONE.finditer(plain)]
    candidates += [
        (Kind.PHONE, first, last)
        for first, last in phone_numbers(plain)
        if not any(low <= first < high for low, high in harmless)
    ]
    found: list[Find] = []
    for kind, first, last in candidates:
        start, end = places[first], places[last - 1] + 1
        if kind and not any(other.start < end and start < other.end for other in found):
            found.append(Find(kind, text[start:end], start, end))
    return sorted(found, key=lambda one: one.start)


def mask(text: str) -> str:
    """The text with its kind in place of every find, in Swedish, as the coordinator reads it."""
    for one in reversed(find(text)):
        text = f"{text[: one.start]}[borttaget: {one.kind.value}]{text[one.end :]}"
    return text
