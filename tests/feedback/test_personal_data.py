"""Personal data is found however it is written, and look-alikes are left alone.

The numbers are Skatteverket's published test numbers and card networks' test cards, or nobody's.
"""

import pytest

from feedback.personal_data import Kind, find, luhn, mask

PERSON, COORDINATION, CARD, EMAIL, PHONE = (
    Kind.PERSONAL_NUMBER,
    Kind.COORDINATION_NUMBER,
    Kind.CARD,
    Kind.EMAIL,
    Kind.PHONE,
)

FOUND = [
    (PERSON, "811218-9876"),
    (PERSON, "8112189876"),
    (PERSON, "19811218-9876"),
    (PERSON, "198112189876"),
    (PERSON, "811218+9876"),
    (PERSON, "811218 9876"),
    (PERSON, "811218 - 9876"),
    (PERSON, "811218–9876"),
    (PERSON, "811218\u22129876"),
    (PERSON, "1981-12-18-9876"),
    (PERSON, "1981-12-18 9876"),
    (PERSON, "000229-0005"),  # 2000 was a leap year
    (PERSON, "８１１２１８－９８７６"),
    (PERSON, "٨١١٢١٨-٩٨٧٦"),
    (PERSON, "811218\u200b-98\u200d76"),
    (PERSON, "8112\u00ad18-9876"),
    (PERSON, "811218\u00a09876"),
    (COORDINATION, "701063-2391"),
    (COORDINATION, "19701063-2391"),
    (COORDINATION, "197010632391"),
    (CARD, "4111 1111 1111 1111"),
    (CARD, "4111111111111111"),
    (CARD, "4111-1111-1111-1111"),
    (CARD, "5555555555554444"),
    (CARD, "2223003122003222"),
    (CARD, "3782 822463 10005"),
    (CARD, "4222222222222"),
    (CARD, "６０１１１１１１１１１１１１１７"),
    (EMAIL, "anna.svensson@example.se"),
    (EMAIL, "anna+info@mail.example.co.uk"),
    (EMAIL, "åsa@exempel.se"),
    (EMAIL, "ala@przykład.pl"),
    (EMAIL, "anna＠example．se"),
    (EMAIL, "anna\u200b@example.se"),
    (EMAIL, "anna(at)example.se"),
    (EMAIL, "anna [a] example.se"),
    (PHONE, "070-123 45 67"),
    (PHONE, "0701234567"),
    (PHONE, "070 1234567"),
    (PHONE, "070–123 45 67"),
    (PHONE, "031-315 10 00"),
    (PHONE, "(031) 315 10 00"),
    (PHONE, "031/315 10 00"),
    (PHONE, "08-12 34 56"),
    (PHONE, "0300-123 45"),
    (PHONE, "+46 70 123 45 67"),
    (PHONE, "+46701234567"),
    (PHONE, "+46 (0)31-315 10 00"),
    (PHONE, "0046 31 315 10 00"),
    (PHONE, "+48 22 123 45 67"),
    (PHONE, "+420 601 123 456"),
    (PHONE, "+33 1 23 45 67 89"),
    (PHONE, "+49 (0) 30 / 1234567"),
    (PHONE, "+45 33 66 33 66"),
    (PHONE, "０７０－１２３ ４５ ６７"),
    (PHONE, "070\u2060-123\u200b4567"),
]

NOT_FOUND = [
    "",
    "Länken till SERN är trasig.",
    "811218-9875",  # the control digit is wrong
    "811318-9875",  # no such month
    "811232-9878",  # no such day
    "900229-0006",  # 1990 was no leap year
    "209912189871",  # not born yet
    "17811218-9876",  # no such century
    "8112189876543",  # a part of something longer
    "556677-8899",
    "2003-2005",
    "åren 2003–2005, 2007 och 2009-2011",
    "50 000 – 250 000",
    "50 000 - 250 000 invånare",
    "1 050 000 000 kr",
    "+50 000 000 kr",
    "100 000 000 000",
    "2024-01-02",
    "2024-01-02 – 2024-03-04",
    "20240102",
    "01-02-2025",
    "01/02/2025",
    "01.02.2025",
    "kl. 08.00-16.30",
    "08:00–16:30",
    "dnr KS 0123/2026",
    "SFS 2018:1937",
    "431 82 Mölndal",
    "artikel 6.1 e",
    "25 % av 18 städer i 8 länder",
    "4111 1111 1111 1112",  # the control digit is wrong
    "2003 2005 2007 2009",
    "0000 0000 0000 0000",
    "1234567890123456",
    "@molndal",
    "hjälp@",
    "en @ i texten. Sedan mer",
    "https://www.molndal.se/",
    "57.6554, 12.0138",
]


FRAMES = ["{}", "Ring mig, {}.", "sedan 2024 ({}) vill jag", "rad ett\n{}\nrad tre"]


@pytest.mark.parametrize("frame", FRAMES)
def test_personal_data_is_found_and_masked(frame: str) -> None:
    for kind, written in FOUND:
        found = [(one.kind, one.text) for one in find(frame.format(written))]
        assert found == [(kind, written)], written
        assert mask(frame.format(written)) == frame.format(f"[borttaget: {kind.value}]")


def test_other_numbers_are_left_alone() -> None:
    assert {text: find(text) for text in NOT_FOUND if find(text)} == {}


def test_all_of_it_is_found_in_order() -> None:
    text = "Jag, 811218-9876, nås på 070-123 45 67 eller anna@example.se sedan 2003-2005. Kort: 4111 1111 1111 1111"
    assert [found.kind for found in find(text)] == [PERSON, PHONE, EMAIL, CARD]
    assert mask(text) == (
        "Jag, [borttaget: personnummer], nås på [borttaget: telefonnummer] eller [borttaget: e-postadress] "
        "sedan 2003-2005. Kort: [borttaget: kortnummer]"
    )


def test_phone_number_beside_digits_or_letters_is_masked() -> None:
    for frame in (
        "Bor här sedan 2024 {}", "lgh 1202 {}", "431 30 {}", "Ring {} 30 november", "{} 2 barn", "tel{}", "{}kr", "{}%",
    ):  # fmt: skip
        for number in ("070-123 45 67", "0701234567", "+46 70 123 45 67"):
            assert "123" not in mask(frame.format(number)), frame.format(number)


def test_masking_leaves_nothing_to_find() -> None:
    for _kind, written in FOUND:
        assert find(mask(f"{written}, {written} {written}")) == [], written


def test_luhn() -> None:
    # The example of ISO/IEC 7812-1, annex B.
    assert luhn("79927398713")
    assert [luhn(f"7992739871{digit}") for digit in range(10)].count(True) == 1


def test_long_rows_of_symbols_are_read() -> None:
    for text in ("1 " * 250, "+" * 500, "0" * 500, "a." * 250, "a@" * 250, "((((0" * 100, "٣-" * 250):
        assert all(found.text in text for found in find(text))
