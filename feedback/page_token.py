"""The signed note that a page's form carries: which page was answered, and where to go back to.

Signed, so that nobody can answer for a page that does not exist or make the thank-you page lead off the site.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core import signing

SIGNER = signing.Signer(salt="feedback.page")


@dataclass(frozen=True)
class PageToken:
    """A page as its reader saw it. `revision` is its last change, in ISO 8601 with offset.

    `contact` is the e-mail address or else the telephone number of whoever answers for the page, as this app knows no
    contacts.
    """

    page: str
    title: str
    path: str
    revision: str
    contact: str = ""

    def sign(self) -> str:
        return SIGNER.sign_object(asdict(self), compress=True)

    @property
    def revised_at(self) -> datetime:
        return datetime.fromisoformat(self.revision)


def read_token(signed: str) -> PageToken:
    """Raises signing.BadSignature for anything we did not sign."""
    return PageToken(**SIGNER.unsign_object(signed))
