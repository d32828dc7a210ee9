import pytest
from django.core import signing

from feedback.tokens import AnswerToken, PageToken

PAGE = PageToken("networks.network:3", "SERN", "/natverk/sern/", "2026-01-02T03:04:05+00:00", "anna@example.se")


def test_a_token_says_what_it_was_made_of() -> None:
    assert PageToken.read(PAGE.sign()) == PAGE


def test_a_cached_page_from_before_contacts_is_still_read() -> None:
    page = PageToken("networks.network:3", "SERN", "/natverk/sern/", "2026-01-02T03:04:05+00:00")
    fields = {"page": page.page, "title": page.title, "path": page.path, "revision": page.revision}
    assert PageToken.read(signing.Signer(salt="feedback.page").sign_object(fields)) == page


def test_an_answers_token_says_what_it_was_made_of() -> None:
    token = AnswerToken(5, "no", PAGE)
    assert AnswerToken.read(token.sign()) == token


def test_neither_token_does_the_others_work() -> None:
    with pytest.raises(signing.BadSignature):
        AnswerToken.read(PAGE.sign())
    with pytest.raises(signing.BadSignature):
        PageToken.read(AnswerToken(5, "no", PAGE).sign())


@pytest.mark.parametrize("altered", ["", "x", ":", "\0", AnswerToken(5, "no", PAGE).sign()[1:], "é" * 5000])
def test_what_we_did_not_sign_is_not_read(altered: str) -> None:
    for read in (PageToken.read, AnswerToken.read):
        with pytest.raises(signing.BadSignature):
            read(altered)
