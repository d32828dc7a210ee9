"""Signed tokens in the feedback forms: the page that is answered, and the answer that is explained.

Signed, so that nobody can answer for a page that does not exist or make a link lead off the site. They do not expire:
cached pages hold them, and some readers write slowly.
"""

from dataclasses import asdict, dataclass

from django.core import signing

PAGE_SIGNER = signing.Signer(salt="feedback.page")
ANSWER_SIGNER = signing.Signer(salt="feedback.answer")


@dataclass(frozen=True)
class PageToken:
    """A page as its reader saw it. `revision` is its last change, in ISO 8601 with offset.

    `contact` is the e-mail address or else the phone number of the page's contact.
    """

    page: str
    title: str
    path: str
    revision: str
    contact: str = ""

    def sign(self) -> str:
        return PAGE_SIGNER.sign_object(asdict(self), compress=True)

    @classmethod
    def read(cls, signed: str) -> "PageToken":
        """Raises signing.BadSignature for anything that is not signed as a page's token."""
        return cls(**PAGE_SIGNER.unsign_object(signed))


@dataclass(frozen=True)
class AnswerToken:
    """A stored answer. It can add a reason to that answer, once, and nothing else."""

    answer: int
    helped: str
    page: PageToken

    def sign(self) -> str:
        return ANSWER_SIGNER.sign_object(asdict(self), compress=True)

    @classmethod
    def read(cls, signed: str) -> "AnswerToken":
        """Raises signing.BadSignature for anything that is not signed as an answer's token."""
        fields = ANSWER_SIGNER.unsign_object(signed)
        return cls(fields["answer"], fields["helped"], PageToken(**fields["page"]))
