"""Logging in over SAML: a real identity provider on this machine, spoken to over HTTP, and what forgers would post."""

import base64
import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import xmlsec
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from lxml import etree

from accounts.models import LoginRecord
from molndal_intl import env
from tests.accounts import saml_urls
from tests.accounts.conftest import is_in
from tests.accounts.saml_keys import make_key, running, sign
from tests.browser.conftest import free_port
from tests.molndal_intl.test_never_500 import ODD_BODIES
from tests.molndal_intl.test_settings import PRODUCTION, start

START, RECEIVE, FINISH, METADATA = "/konto/saml/", "/konto/saml/svar/", "/konto/saml/klar/", "/konto/saml/metadata/"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
OBJECT = "http://schemas.microsoft.com/identity/claims/objectidentifier"
VERIFIED = "http://schemas.auth0.com/email_verified"
NAMES = {
    "p": "urn:oasis:names:tc:SAML:2.0:protocol",
    "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": xmlsec.constants.DSigNs,
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address and its folder. A process of its own, as elsewhere."""
    folder = tmp_path_factory.mktemp("provider")
    with running(free_port(), folder) as url:
        yield url, folder


@pytest.fixture
def city(provider: tuple[str, Path], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that was started with SAML_METADATA_FILE, and that the provider knows."""
    url, folder = provider
    (folder / "provider.xml").write_bytes(requests.get(f"{url}/metadata", timeout=10).content)
    monkeypatch.setenv("SAML_METADATA_FILE", str(folder / "provider.xml"))
    settings.SAML_IDENTITY_PROVIDER = env.identity_provider("SAML_METADATA_FILE")
    monkeypatch.setitem(registry.provider_map, "saml", SAMLProvider)
    settings.ROOT_URLCONF = saml_urls.__name__
    (folder / "site.xml").write_bytes(Client().get(METADATA).content)


def answer_to(asked: str, who: str) -> str:
    """What the provider has the browser post, who asked it so and is this person."""
    there = requests.post(asked, data={"who": who}, timeout=20)
    assert there.status_code == 200
    return html.unescape(re.findall('name="SAMLResponse" value="([^"]+)"', there.text)[0])


def ask(client: Client, query: str = "") -> str:
    leads_off = client.get(START + query)
    assert leads_off.status_code == 302
    return leads_off.headers["Location"]


def hand_in(client: Client, posted: str) -> Any:
    """As a browser that comes from elsewhere: the post without the session, the next page with it."""
    poster = Client()
    there = poster.post(RECEIVE, {"SAMLResponse": posted, "RelayState": "https://evil.example/"})
    if there.status_code != 302:
        return there
    assert there.headers["Location"] == FINISH
    client.cookies["saml"] = there.cookies["saml"].value
    return client.get(FINISH)


def come_through(client: Client, who: str, query: str = "") -> Any:
    return hand_in(client, answer_to(ask(client, query), who))


@pytest.mark.usefixtures("city")
def test_somebody_with_an_account_comes_in(client: Client, robin: User) -> None:
    assert f'href="{START}"' in client.get("/admin/login/").content.decode()
    client.get("/admin/login/")
    ask(client)
    before = client.session.session_key
    assert come_through(client, "robin").headers["Location"] == "/admin/"
    assert is_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    account = SocialAccount.objects.get()
    assert (account.user, account.uid) == (robin, "robin")
    robin.refresh_from_db()
    assert robin.has_usable_password(), "the password goes on, for a day when the city's login does not answer"
    assert LoginRecord.objects.get().method == "socialaccount: saml"
    robin.email = "nytt@molndal.example"
    robin.save()
    again = Client()
    come_through(again, "robin")
    assert is_in(again), "known by who it is, not by its address"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("who", ["unsure", "stranger", "nameless"])
def test_nobody_else_does_and_no_account_is_made(client: Client, robin: User, who: str) -> None:
    answer = come_through(client, who)
    assert answer.status_code == 403
    assert "Du har inget konto här" in answer.content.decode()
    assert not is_in(client)
    assert [user.username for user in User.objects.all()] == ["robin"]
    assert not SocialAccount.objects.exists()
    assert LoginRecord.objects.get().outcome == "refused"


@pytest.mark.usefixtures("city")
def test_known_by_the_number_that_entra_id_gives(client: Client, robin: User) -> None:
    come_through(client, "robin-at-entra")
    account = SocialAccount.objects.get()
    assert account.uid == "4f1d"
    assert set(account.extra_data) == {OBJECT, EMAIL, VERIFIED}, "no more is kept than is asked of it"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("gone", ["is_active", "is_staff"])
def test_an_account_that_is_closed_stays_closed(client: Client, robin: User, gone: str) -> None:
    come_through(Client(), "robin")
    setattr(robin, gone, False)
    robin.save()
    assert come_through(client, "robin").status_code == 403
    assert not is_in(client)


@pytest.mark.usefixtures("city")
def test_the_second_step_is_asked_for_here_too(client: Client, robin: User, secret: str) -> None:
    assert come_through(client, "robin").headers["Location"] == "/konto/andra-steget/"
    assert not is_in(client)


@pytest.mark.usefixtures("city", "production")
def test_without_a_second_step_one_is_set_up_first(client: Client, robin: User) -> None:
    come_through(client, "robin")
    assert client.get("/admin/").headers["Location"] == "/konto/"
    assert not Authenticator.objects.exists()


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("?next=/admin/pages/page/", "/admin/pages/page/"),
        ("?next=https://evil.example/", "/admin/"),
        ("?next=//evil.example/", "/admin/"),
        ("?next=javascript:alert(1)", "/admin/"),
        ("?process=connect", "/admin/"),
        ("?process=redirect&next=https://evil.example/", "/admin/"),
    ],
)
def test_it_leads_on_within_the_site_only(client: Client, robin: User, query: str, leads_to: str) -> None:
    """Nor does the RelayState, which says https://evil.example/ each time."""
    assert come_through(client, "robin", query).headers["Location"] == leads_to


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("name", ["saml", "__Host-saml"])
def test_the_answer_travels_on_in_a_cookie_of_a_minute(robin: User, settings: Any, name: str) -> None:
    """As the session's: out of reach of scripts and of other sites; in production the browser keeps it to this one."""
    settings.SAML_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = name, "__Host-" in name
    client, poster = Client(), Client()
    there = poster.post(RECEIVE, {"SAMLResponse": answer_to(ask(client), "robin")})
    assert list(poster.cookies) == [name]
    cookie = there.cookies[name]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", 60)
    assert (bool(cookie["secure"]), cookie["domain"]) == ("__Host-" in name, "")
    assert not is_in(poster), "it is no session"
    client.cookies[name] = cookie.value
    left = client.get(FINISH, secure="__Host-" in name).cookies[name]
    assert (left.value, left["max-age"], bool(left["secure"])) == ("", 0, "__Host-" in name), "and goes when it is used"
    assert poster.get(RECEIVE).status_code == 405


# ---- What forgers post ----

Change = Callable[[Any], object]


def unpacked(posted: str) -> Any:
    return etree.fromstring(base64.b64decode(posted))


def packed(root: Any) -> str:
    return base64.b64encode(etree.tostring(root)).decode()


def find(root: Any, path: str) -> Any:
    return root.find(path, NAMES)


def signed_anew(root: Any, key: Path) -> None:
    sign(root, find(root, "a:Assertion").get("ID"), key)


def minutes(how_many: int) -> str:
    return f"{datetime.now(UTC) + timedelta(minutes=how_many):%Y-%m-%dT%H:%M:%SZ}"


def set_to(path: str, **values: str) -> Change:
    return lambda root: [find(root, path).set(name, value) for name, value in values.items()]


def write(path: str, text: str) -> Change:
    return lambda root: setattr(find(root, path), "text", text)


def remove(path: str) -> Change:
    return lambda root: find(root, f"{path}/..").remove(find(root, path))


def forget(path: str, name: str) -> Change:
    return lambda root: find(root, path).attrib.pop(name)


def all_of(*changes: Change) -> Change:
    return lambda root: [change(root) for change in changes]


SUBJECT = "a:Assertion/a:Subject"
SAYS = f"{SUBJECT}/a:SubjectConfirmation/a:SubjectConfirmationData"
CONDITIONS = "a:Assertion/a:Conditions"
AUDIENCE = f"{CONDITIONS}/a:AudienceRestriction"
SIGNED_INFO = "a:Assertion/ds:Signature/ds:SignedInfo"

# What the provider has signed, but not for this: what is changed, and the reason that the log has.
MISUSED: dict[str, tuple[Change, str]] = {
    "for another site": (write(f"{AUDIENCE}/a:Audience", "https://other.example/"), "not a valid audience"),
    "for nobody in particular": (remove(AUDIENCE), "no audience"),
    "expired": (set_to(CONDITIONS, NotOnOrAfter=minutes(-10)), "timestamp: expired"),
    "not yet valid": (set_to(CONDITIONS, NotBefore=minutes(10)), "timestamp: not yet valid"),
    "confirmed until before": (set_to(SAYS, NotOnOrAfter=minutes(-10)), "valid SubjectConfirmation was not found"),
    "to be posted elsewhere": (set_to(SAYS, Recipient="https://other.example/"), "valid SubjectConfirmation was not"),
    "sent elsewhere": (set_to(".", Destination="https://other.example/"), "was received at"),
    "of another provider": (write("a:Assertion/a:Issuer", "https://other.example/"), "Invalid issuer"),
    "answers another": (set_to(SAYS, InResponseTo="_another"), "valid SubjectConfirmation was not"),
    "the signed part answers nobody": (forget(SAYS, "InResponseTo"), "no request answered"),
    "the response answers nobody": (forget(".", "InResponseTo"), "no request answered"),
    "nobody asked": (all_of(forget(".", "InResponseTo"), forget(SAYS, "InResponseTo")), "no request answered"),
    "answers no request that there was": (
        all_of(set_to(".", InResponseTo="_made-up"), set_to(SAYS, InResponseTo="_made-up")),
        "not what this browser asked for",
    ),
    "says that it failed": (
        set_to("p:Status/p:StatusCode", Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"),
        "not Success",
    ),
    "of nobody": (remove(f"{SUBJECT}/a:NameID"), "NameID not found"),
    "of somebody with no name": (write(f"{SUBJECT}/a:NameID", ""), "empty NameID"),
    "of somebody with a long name": (write(f"{SUBJECT}/a:NameID", "x" * 191), "too long"),
    "signed with SHA-1": (
        all_of(
            set_to(f"{SIGNED_INFO}/ds:SignatureMethod", Algorithm=f"{NAMES['ds']}rsa-sha1"),
            set_to(f"{SIGNED_INFO}/ds:Reference/ds:DigestMethod", Algorithm=f"{NAMES['ds']}sha1"),
        ),
        "odd signature",
    ),
}


def made_theirs(assertion: Any) -> Any:
    """A copy that says another name, unsigned and with an ID of its own."""
    theirs = deepcopy(assertion)
    theirs.set("ID", "_forged")
    theirs.remove(find(theirs, "ds:Signature"))
    find(theirs, "a:Subject/a:NameID").text = "robin"
    return theirs


def beside(root: Any) -> None:
    root.insert(0, made_theirs(find(root, "a:Assertion")))


def around(root: Any) -> None:
    """The genuine assertion inside the forged one's signature, where a careless check looks for it."""
    genuine = find(root, "a:Assertion")
    theirs = made_theirs(genuine)
    signature = deepcopy(find(genuine, "ds:Signature"))
    root.replace(genuine, theirs)
    theirs.insert(1, signature)
    etree.SubElement(signature, f"{{{NAMES['ds']}}}Object").append(genuine)


def in_an_extension(root: Any) -> None:
    genuine = find(root, "a:Assertion")
    theirs = made_theirs(genuine)
    root.replace(genuine, theirs)
    extensions = etree.Element(f"{{{NAMES['p']}}}Extensions")
    root.insert(1, extensions)
    extensions.append(genuine)


def another_certificate(root: Any) -> None:
    """Of the key that it is signed with, by somebody who has only that."""
    key = Path(find(root, ".").get("key"))
    del root.attrib["key"]
    own = "".join(key.with_suffix(".crt").read_text().splitlines()[1:-1])
    find(root, "a:Assertion/ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate").text = own
    signed_anew(root, key)


def transform(algorithm: str, inside: str) -> Change:
    """One more step before the signature is looked at. Each of these runs for longer than anybody waits."""
    xml = f'<ds:Transform xmlns:ds="{NAMES["ds"]}" Algorithm="http://www.w3.org/TR/1999/REC-{algorithm}">{inside}'
    return lambda root: find(root, f"{SIGNED_INFO}/ds:Reference/ds:Transforms").insert(
        0, etree.fromstring(f"{xml}</ds:Transform>")
    )


FOR_EVER = """
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template name="twice">
    <xsl:param name="left"/>
    <xsl:if test="$left &gt; 0">
      <xsl:call-template name="twice"><xsl:with-param name="left" select="$left - 1"/></xsl:call-template>
      <xsl:call-template name="twice"><xsl:with-param name="left" select="$left - 1"/></xsl:call-template>
    </xsl:if>
  </xsl:template>
  <xsl:template match="/">
    <r><xsl:call-template name="twice"><xsl:with-param name="left" select="99"/></xsl:call-template></r>
  </xsl:template>
</xsl:stylesheet>
"""


def another_reference(root: Any) -> None:
    """To a file of the server, or to whatever it can reach."""
    theirs = deepcopy(find(root, f"{SIGNED_INFO}/ds:Reference"))
    theirs.set("URI", "file:///etc/hostname")
    find(root, SIGNED_INFO).append(theirs)


# What the provider has not signed.
FORGED: dict[str, tuple[Change, str]] = {
    "unsigned": (remove("a:Assertion/ds:Signature"), "is not signed"),
    "another's name": (write(f"{SUBJECT}/a:NameID", "boss"), "Signature validation failed"),
    "a longer life": (set_to(CONDITIONS, NotOnOrAfter=minutes(900)), "Signature validation failed"),
    "the signature of nothing": (write("a:Assertion/ds:Signature/ds:SignatureValue", "AAAA"), "Signature validation"),
    "signed by another key": (another_certificate, "Signature validation failed"),
    "a second assertion": (beside, "must contain 1 assertion"),
    "wrapped": (around, "odd signature"),
    "wrapped in an extension": (in_an_extension, "must contain 1 assertion"),
    "signed with what everybody knows": (
        set_to(f"{SIGNED_INFO}/ds:SignatureMethod", Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        "odd signature",
    ),
    "a style sheet to run": (transform("xslt-19991116", FOR_EVER), "odd signature"),
    "a path to walk": (
        transform("xpath-19991116", "<ds:XPath>count(//*[count(//*[count(//*)=1])=1])=1</ds:XPath>"),
        "odd signature",
    ),
    "something else to fetch": (another_reference, "odd signature"),
    "the whole document": (set_to(f"{SIGNED_INFO}/ds:Reference", URI=""), "odd signature"),
    "an encrypted one": (
        lambda root: setattr(find(root, "a:Assertion"), "tag", f"{{{NAMES['a']}}}EncryptedAssertion"),
        "private key",
    ),
}

BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))
DOCUMENTS = {
    "an outer entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
    "an entity bomb": f'<!DOCTYPE r [<!ENTITY b0 "b">{BOMB}]><r>&b8;</r>'.encode(),
    "an outer DTD": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r/>',
    "no XML": b"hej",
    "half of it": b"<r><r>",
    "nothing": b"",
    "another root": b"<r/>",
    "in an encoding of its own": b'<?xml version="1.0" encoding="utf-7"?><r/>',
    "null bytes": b"\0" * 50,
    "deep": b"<r>" * 5000 + b"</r>" * 5000,
}


def is_refused(client: Client, answer: Any, caplog: pytest.LogCaptureFixture, why: str) -> None:
    """With a page that says so, for this reason, and nothing is kept of it."""
    assert answer.status_code == 401
    assert "Inloggningen blev inte av" in answer.content.decode()
    assert why in caplog.text
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.fixture
def key(provider: tuple[str, Path]) -> Path:
    return provider[1] / "provider.key"


@pytest.mark.usefixtures("city")
def test_signed_anew_and_otherwise_unchanged_it_is_good(client: Client, robin: User, key: Path) -> None:
    """Or nothing below would show anything."""
    root = unpacked(answer_to(ask(client), "robin"))
    signed_anew(root, key)
    hand_in(client, packed(root))
    assert is_in(client)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("how", MISUSED)
def test_what_is_signed_for_something_else_is_refused(
    client: Client, robin: User, key: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    change, why = MISUSED[how]
    root = unpacked(answer_to(ask(client), "robin"))
    change(root)
    signed_anew(root, key)
    is_refused(client, hand_in(client, packed(root)), caplog, why)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("how", FORGED)
def test_what_is_forged_is_refused(
    client: Client, robin: User, tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    change, why = FORGED[how]
    make_key(tmp_path, "forger")
    root = unpacked(answer_to(ask(client), "robin"))
    if change is another_certificate:
        root.set("key", str(tmp_path / "forger.key"))
    change(root)
    is_refused(client, hand_in(client, packed(root)), caplog, why)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_no_response_is_refused(
    client: Client, robin: User, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    posted = base64.b64encode(DOCUMENTS[name]).decode()
    is_refused(client, hand_in(client, posted), caplog, "SAML response refused")
    assert "root:" not in caplog.text
    assert not Session.objects.exists()


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("posted", ["", "%%%", "å" * 99, "\0", "A", "PGE+", "A" * 200_001, "A" * 2_000_000])
def test_what_is_not_packed_as_one_is_refused(
    client: Client, robin: User, caplog: pytest.LogCaptureFixture, posted: str
) -> None:
    why = "SAML response refused" if 0 < len(posted) < 200_000 else "empty or too large"
    is_refused(client, hand_in(client, posted), caplog, why)
    assert not Session.objects.exists()


@pytest.mark.usefixtures("city")
def test_odd_bodies_are_no_fault_of_ours(db: None) -> None:
    client = Client(raise_request_exception=False)
    for content_type, body in ODD_BODIES:
        for posted in (body, body.replace(b"q=", b"SAMLResponse=")):
            assert client.generic("POST", RECEIVE, posted, content_type).status_code < 500, (content_type, posted)


@pytest.mark.usefixtures("city")
def test_a_comment_does_not_cut_an_address_short(client: Client, robin: User, key: Path) -> None:
    """A signature leaves comments out. Who may write one must not be taken for whom the first half names."""
    root = unpacked(answer_to(ask(client), "robin@molndal.example.evil.example"))
    for element in (find(root, f"{SUBJECT}/a:NameID"), *root.iter(f"{{{NAMES['a']}}}AttributeValue")):
        if element.text and element.text.startswith("robin@molndal.example"):
            element.text = "robin@molndal.example"
            comment = etree.Comment("")
            comment.tail = ".evil.example"
            element.append(comment)
    answer = hand_in(client, packed(root))
    assert answer.status_code == 403, "its signature is good, and it is not Robin's"
    assert not is_in(client)


@pytest.mark.usefixtures("city")
def test_an_answer_is_for_the_browser_that_asked_and_lets_in_once(
    client: Client, robin: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = answer_to(ask(client), "robin")
    other = Client()
    ask(other)
    is_refused(other, hand_in(other, posted), caplog, "not what this browser asked for")
    hand_in(client, posted)
    assert is_in(client)
    client.post("/konto/logga-ut/")
    assert hand_in(client, posted).status_code == 401, "replayed"
    assert not is_in(client)
    late = Client()
    posted = answer_to(ask(late), "robin")
    now = time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 3600)
    assert hand_in(late, posted).status_code == 401, "asked for an hour ago"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("cookie", ["", "x", "x:y:z", "å", signing.dumps({"request_id": "x"}), "\0"])
def test_the_cookie_is_taken_from_nobody_else(client: Client, robin: User, cookie: str) -> None:
    ask(client)
    client.cookies["saml"] = cookie
    assert client.get(FINISH).status_code == 401
    assert not is_in(client)
    del client.cookies["saml"]
    assert client.get(FINISH).status_code == 401


# ---- Set up ----


def with_another_certificate(metadata: bytes, folder: Path) -> tuple[bytes, bytes]:
    """The provider's metadata with the certificate that it will have next, before its own and instead of it."""
    make_key(folder, "next")
    following = etree.fromstring(metadata)
    descriptor = following.find(".//{*}KeyDescriptor")
    both = etree.fromstring(metadata)
    descriptor.find(".//{*}X509Certificate").text = "".join((folder / "next.crt").read_text().splitlines()[1:-1])
    both[0].insert(0, deepcopy(descriptor))
    return etree.tostring(both), etree.tostring(following)


@pytest.mark.usefixtures("city")
def test_while_the_certificate_is_being_changed_both_are_good(
    provider: tuple[str, Path], robin: User, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, following = with_another_certificate((provider[1] / "provider.xml").read_bytes(), tmp_path)
    monkeypatch.setenv("SAML_METADATA_FILE", str(tmp_path / "metadata.xml"))
    for metadata, comes_in in ((both, True), (following, False)):
        (tmp_path / "metadata.xml").write_bytes(metadata)
        settings.SAML_IDENTITY_PROVIDER = env.identity_provider("SAML_METADATA_FILE")
        client = Client()
        come_through(client, "robin")
        assert is_in(client) is comes_in


@pytest.mark.usefixtures("city")
def test_what_the_provider_is_told_of_us_stands_on_our_own_address(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    told = client.get(METADATA, HTTP_HOST="evil.example")
    assert told.headers["Content-Type"] == "application/samlmetadata+xml"
    root = etree.fromstring(told.content)
    assert root.get("entityID") == settings.SITE_URL + METADATA
    addresses = [one.get("Location") for one in root.iter("{*}AssertionConsumerService")]
    assert addresses == [settings.SITE_URL + RECEIVE]
    assert root[0].get("WantAssertionsSigned") == "true"
    assert "validUntil" not in root.attrib


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "no XML": lambda good: b"hej",
    "of a site": lambda good: good.replace(b"IDPSSODescriptor", b"SPSSODescriptor"),
    "without an address": lambda good: good.replace(b"HTTP-Redirect", b"SOAP"),
    "with an odd address": lambda good: good.replace(b'Location="http', b'Location="javascript'),
    "without a certificate": lambda good: good.replace(b"X509Certificate>", b"X509SKI>"),
    "with half a certificate": lambda good: re.sub(rb"(X509Certificate>\s*[\w+/]{40})[^<]*", rb"\1", good),
    "with an entity": lambda good: b'<!DOCTYPE r [<!ENTITY x "y">]>' + good[good.index(b"<ns0") :],
}


@pytest.mark.parametrize("how", BROKEN)
def test_metadata_that_will_not_do_stops_the_start(provider: tuple[str, Path], tmp_path: Path, how: str) -> None:
    good = requests.get(f"{provider[0]}/metadata", timeout=10).content
    broken = BROKEN[how](good)
    assert broken != good
    (tmp_path / "broken.xml").write_bytes(broken)
    stops_with(
        "SAML_METADATA_FILE: should be a file with the SAML metadata of one identity provider",
        SAML_METADATA_FILE=str(tmp_path / "broken.xml"),
    )


def stops_with(line: str, **environment: str) -> None:
    result = start(**environment)
    assert result.returncode == 1
    assert result.stderr.startswith(line), result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_settings_that_will_not_do_stop_the_start(provider: tuple[str, Path], tmp_path: Path) -> None:
    stops_with("SAML_METADATA_FILE: should be a file", SAML_METADATA_FILE=str(tmp_path / "nowhere.xml"))
    stops_with("SAML_METADATA_FILE: should be a file", SAML_METADATA_FILE=str(tmp_path))
    file = tmp_path / "good.xml"
    file.write_bytes(requests.get(f"{provider[0]}/metadata", timeout=10).content)
    stops_with("SAML_METADATA_FILE: should name an address that begins", SAML_METADATA_FILE=str(file), **PRODUCTION)
    stops_with("SAML_EMAIL_IS_VERIFIED: should be 1 or 0", SAML_METADATA_FILE=str(file), SAML_EMAIL_IS_VERIFIED="ja")
    oidc = {"OIDC_ISSUER": "https://login.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    stops_with("SAML_NAME: should differ from OIDC_NAME", SAML_METADATA_FILE=str(file), **oidc)
    assert start(SAML_METADATA_FILE=str(file), SAML_NAME="ADFS", **oidc).returncode == 0


def test_without_metadata_there_is_no_such_login_and_it_costs_nothing(client: Client, db: None) -> None:
    assert START not in client.get("/admin/login/").content.decode()
    for path in (START, RECEIVE, FINISH, METADATA):
        assert client.get(path).status_code == 404
    code = "import sys, molndal_intl.wsgi, molndal_intl.urls; print({'lxml', 'xmlsec', 'onelogin'} & {*sys.modules})"
    environment = {name: value for name, value in os.environ.items() if name != "SAML_METADATA_FILE"}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout == "set()\n"
