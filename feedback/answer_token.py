"""The signed token of the follow-up question: which answer it is about.

It can do nothing but add a reason to that one answer, once. Its salt is its own, so a page's token is no answer's.
No time limits it: some readers write fast, and some slowly.
"""

from dataclasses import asdict, dataclass

from django.core import signing

from feedback.page_token import PageToken

SIGNER = signing.Signer(salt="feedback.answer")


@dataclass(frozen=True)
class AnswerToken:
    """An answer that was just stored."""

    answer: int
    helped: str
    page: PageToken

    def sign(self) -> str:
        return SIGNER.sign_object(asdict(self), compress=True)


def read_answer_token(signed: str) -> AnswerToken:
    """Raises signing.BadSignature for anything we did not sign."""
    fields = SIGNER.unsign_object(signed)
    return AnswerToken(fields["answer"], fields["helped"], PageToken(**fields["page"]))
