"""The signed note that the follow-up question carries: which answer it is about, and when that was given.

It can do nothing but add a reason to that one answer, for an hour. Its salt is its own, so it is no page's note.
"""

import time
from dataclasses import asdict, dataclass, field

from django.core import signing

from feedback.page_token import PageToken

SIGNER = signing.Signer(salt="feedback.answer")
HOUR = 3600
# Nobody reads the question, chooses and sends in less; those who do are asked to send again, not turned away.
FASTEST = 2


@dataclass(frozen=True)
class AnswerToken:
    """An answer that was just stored. `given_at` is in seconds since 1970."""

    answer: int
    helped: str
    page: PageToken
    given_at: float = field(default_factory=time.time)

    def sign(self) -> str:
        return SIGNER.sign_object(asdict(self), compress=True)

    @property
    def is_expired(self) -> bool:
        return time.time() - self.given_at > HOUR

    @property
    def is_too_fresh(self) -> bool:
        return time.time() - self.given_at < FASTEST


def read_answer_token(signed: str) -> AnswerToken:
    """Raises signing.BadSignature for anything we did not sign. An expired note is read: it knows the way back."""
    fields = SIGNER.unsign_object(signed)
    return AnswerToken(**fields | {"page": PageToken(**fields["page"])})
