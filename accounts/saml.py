"""The city's own login over SAML 2.0. Imported only where it is configured, as lxml and xmlsec take memory.

python3-saml checks signatures, allauth has accounts, second step and session. The views between are ours, as allauth's
own keep for ten hours whatever anybody posts, build addresses on the Host header, know one certificate only, and take
it from the unsigned part of a response which request it answers.
"""

import logging
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml.etree import LxmlError
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

logger = logging.getLogger(__name__)

LARGEST = 200_000  # characters; Entra ID's with 150 groups has a tenth of that
LONGEST = 190  # of an identity (allauth's column)
# What a signature may name (SAML Core, 5.4.4; of hashes none weaker than SHA-256). xmlsec runs the transforms before it
# looks at the key, XSLT and XPath among them, which anybody could make run for ever.
ALGORITHMS = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    *(
        f"http://www.w3.org/2001/04/xmldsig-more#{key}-sha{bits}"
        for key in ("rsa", "ecdsa")
        for bits in (256, 384, 512)
    ),
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
}
SALT = "accounts.saml"
SECONDS = 60  # from the city's answer to the page that takes it
# Which request of ours the signed assertion says that it answers.
ANSWERED = "//saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData/@InResponseTo"
SIGNATURE = f"{{{Saml.NS_DS}}}Signature"


class Refused(Exception):
    """What was posted is no answer of the city's login to us."""


@dataclass(frozen=True)
class Answer:
    """What the city's login has signed about somebody, as allauth's provider reads it."""

    request_id: str
    name_id: str
    name_format: str
    attributes: dict[str, list[str]]

    def get_nameid(self) -> str:
        return self.name_id

    def get_nameid_format(self) -> str:
        return self.name_format

    def get_attributes(self) -> dict[str, list[str]]:
        return self.attributes


def provider(request: HttpRequest) -> Any:
    return get_adapter().get_provider(request, "saml")


def configuration() -> dict[str, Any]:
    """python3-saml's settings: everything signed, nothing weak, and addresses built on SITE_URL."""
    return {
        "strict": True,
        "sp": {
            "entityId": settings.SITE_URL + reverse("saml_metadata"),
            "assertionConsumerService": {"url": settings.SITE_URL + reverse("saml_receive")},
        },
        "idp": settings.SAML_IDENTITY_PROVIDER,
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "rejectDeprecatedAlgorithm": True,  # SHA-1
            "requestedAuthnContext": False,  # how it asks people is the city's own matter
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
            # The file that the city's IT takes from us holds until the site moves.
            "metadataValidUntil": "",
            "metadataCacheDuration": "",
        },
    }


def received_at() -> dict[str, str]:
    """The address that responses come to, as python3-saml names it."""
    site = urlsplit(settings.SITE_URL)
    https = "on" if site.scheme == "https" else "off"
    return {"https": https, "http_host": site.netloc, "script_name": reverse("saml_receive")}


def is_plain(signature: Any) -> bool:
    """Whether it signs the element around it and nothing else, by nothing but the algorithms above."""
    references = [one.get("URI") for one in signature.iterfind(".//ds:Reference", Saml.NSMAP)]
    return references == [f"#{signature.getparent().get('ID')}"] and ALGORITHMS.issuperset(
        signature.xpath(".//@Algorithm")
    )


def read_answer(posted: str) -> Answer:
    """What a posted response says, where the city's login has signed it, for us, now, and as the answer to a request.

    Beyond python3-saml's checks: a signature runs nothing, and whom it is meant for and which request it answers must
    be named in the signed part.
    """
    if not 0 < len(posted) <= LARGEST:
        raise Refused("empty or too large")
    try:
        response = OneLogin_Saml2_Response(OneLogin_Saml2_Settings(configuration()), posted)
        if not all(map(is_plain, response.get_xml_document().iter(SIGNATURE))):
            raise Refused("odd signature")
        if not response.is_valid(received_at()):
            raise Refused(response.get_error())
        if configuration()["sp"]["entityId"] not in response.get_audiences():
            raise Refused("no audience")
        request_id = response.get_in_response_to()
        answered = response.get_xml_document().xpath(ANSWERED, namespaces=Saml.NSMAP)
        if not request_id or set(answered) != {request_id}:
            raise Refused("no request answered")
        said = response.get_attributes()
        name_id, name_format = response.get_nameid(), response.get_nameid_format() or ""
    except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, LxmlError, ValueError) as error:
        raise Refused(str(error)) from error
    # No more than is asked of it: an attribute may name all of somebody's groups.
    wanted = {name for names in settings.SAML_ATTRIBUTES.values() for name in names}
    kept = {name: [value for value in said[name] if isinstance(value, str)][:1] for name in wanted & set(said)}
    if max(len(text) for texts in ([name_id], *kept.values()) for text in texts) > LONGEST:
        raise Refused("too long")
    return Answer(request_id, name_id, name_format, kept)


def not_in(request: HttpRequest, why: str) -> HttpResponse:
    """The reason stands in the server's log, where the city's IT looks for it; of no use to whoever tries."""
    logger.warning("SAML response refused: %.200r", why)
    return render(request, "socialaccount/authentication_error.html", status=401)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the city's login, and remember in the session that we asked."""
    toolkit = OneLogin_Saml2_Auth(received_at(), configuration())
    leads_off = toolkit.login(return_to="")
    asked = {"process": AuthProcess.LOGIN, "next_url": get_next_redirect_url(request)}
    provider(request).stash_redirect_state(request, state_id=toolkit.get_last_request_id(), **asked)
    return HttpResponseRedirect(leads_off)


@csrf_exempt  # it comes from the city's login; who it is for is told by its signature and by the session
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Check what the city's login has the browser post.

    A browser sends no session along with another site's POST (SameSite=Lax). So what is good travels on in a signed
    cookie to the next page, which has the session. Nothing is kept here of what anybody posts.
    """
    try:
        answer = read_answer(request.POST.get("SAMLResponse", ""))
    except Refused as refused:
        return not_in(request, str(refused))
    leads_on = HttpResponseRedirect(reverse("saml_finish"))
    leads_on.set_cookie(
        settings.SAML_COOKIE_NAME,
        signing.dumps(asdict(answer), salt=SALT, compress=True),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return leads_on


@require_GET
def finish(request: HttpRequest) -> HttpResponse:
    """Let in whom the city's login means, if this browser is the one that asked it; once."""
    try:
        carried = request.COOKIES.get(settings.SAML_COOKIE_NAME, "")
        answer = Answer(**signing.loads(carried, salt=SALT, max_age=SECONDS))
        state = provider(request).unstash_redirect_state(request, answer.request_id)
    except (signing.BadSignature, PermissionDenied):
        response = not_in(request, "not what this browser asked for")
    else:
        login = provider(request).sociallogin_from_response(request, answer)
        login.state = state
        response = complete_social_login(request, login)
    response.delete_cookie(settings.SAML_COOKIE_NAME)
    return response


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """What the city's IT tells its login of this site."""
    toolkit = OneLogin_Saml2_Settings(configuration(), sp_validation_only=True)
    return HttpResponse(toolkit.get_sp_metadata(), content_type="application/samlmetadata+xml")


urlpatterns = [
    path("", start, name="saml_start"),
    path("svar/", receive, name="saml_receive"),
    path("klar/", finish, name="saml_finish"),
    path("metadata/", metadata, name="saml_metadata"),
]
