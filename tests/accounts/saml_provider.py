"""An identity provider for SAML (pysaml2): `python -m tests.accounts.saml_provider PORT FOLDER`.

It asks who one is there, and signs that. Whom it answers stands in the folder, in `site.xml` (the site's metadata);
its own key, certificate and metadata are written there first. pysaml2 signs with the program xmlsec1, which a fresh
machine lacks; here the library of the same name does.
"""

import base64
import html
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import CryptoBackend
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from tests.accounts.saml_keys import make_key, sign

EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
OBJECT = "http://schemas.microsoft.com/identity/claims/objectidentifier"
VERIFIED = "http://schemas.auth0.com/email_verified"
# By NameID, with the names that Entra ID gives to what it knows.
PEOPLE = {
    "robin": {EMAIL: "robin@MOLNDAL.example", VERIFIED: "true"},
    "robin-at-entra": {OBJECT: "4f1d", EMAIL: "Robin@molndal.example", VERIFIED: "true", "groups": "alla"},
    "unsure": {EMAIL: "robin@molndal.example"},
    "stranger": {EMAIL: "okand@molndal.example", VERIFIED: "true"},
    "nameless": {"groups": "alla"},
    "long": {EMAIL: f"{'a' * 190}@molndal.example", VERIFIED: "true"},
    "robin@molndal.example.evil.example": {EMAIL: "robin@molndal.example.evil.example", VERIFIED: "true"},
}
PAGE = '<!doctype html><html lang="sv"><title>{title}</title><form method="post" action="{to}">{inside}</form>{script}'


class Signer(CryptoBackend):  # type: ignore[misc]
    def sign_statement(self, statement: Any, node_name: str, key_file: str, node_id: str) -> str:
        root = etree.fromstring(statement if isinstance(statement, bytes) else str(statement).encode())
        sign(root, node_id, key_file)
        return str(etree.tostring(root, encoding="unicode"))


def configuration(url: str, folder: Path) -> IdPConfig:
    config: dict[str, Any] = {
        "entityid": f"{url}/metadata",
        "xmlsec_binary": sys.executable,  # must be there; never run
        "key_file": str(folder / "provider.key"),
        "cert_file": str(folder / "provider.crt"),
        "service": {"idp": {"endpoints": {"single_sign_on_service": [(f"{url}/", BINDING_HTTP_REDIRECT)]}}},
    }
    if (site := folder / "site.xml").exists():
        config["metadata"] = {"local": [str(site)]}
    return IdPConfig().load(config)


class Provider(BaseHTTPRequestHandler):
    url: str
    folder: Path

    def do_GET(self) -> None:
        """Whom to go on as; or the metadata."""
        if self.path == "/metadata":
            own = configuration(self.url, self.folder)
            own.xmlsec_binary = None  # whose list of algorithms would stand there too
            return self.answer(str(entity_descriptor(own)), "text/xml")
        people = "".join(f'<button name="who" value="{who}">{who}</button>' for who in PEOPLE)
        return self.answer(PAGE.format(title="Vem är du?", to=html.escape(self.path), inside=people, script=""))

    def do_POST(self) -> None:
        """A page that posts what is signed to the site, as real providers do."""
        query = parse_qs(urlsplit(self.path).query)
        who = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["who"][0]
        server = Server(config=configuration(self.url, self.folder))
        server.sec.crypto = Signer()
        asked = server.parse_authn_request(query["SAMLRequest"][0], BINDING_HTTP_REDIRECT)
        response = server.create_authn_response(
            PEOPLE[who],
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=who),
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"},
            sign_assertion=True,
            sign_alg=SIG_RSA_SHA256,
            digest_alg=DIGEST_SHA256,
            **server.response_args(asked.message, [BINDING_HTTP_POST]) | {"name_id_policy": None},
        )
        to = asked.message.assertion_consumer_service_url
        packed = base64.b64encode(str(response).encode()).decode()
        inside = f'<input type="hidden" name="SAMLResponse" value="{packed}">'
        inside += '<input type="hidden" name="RelayState" value="https://evil.example/">'
        script = "<script>document.forms[0].submit()</script>"
        self.answer(PAGE.format(title="Vänta", to=html.escape(to), inside=inside, script=script))

    def answer(self, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: Any) -> None:
        pass


if __name__ == "__main__":
    Provider.url, Provider.folder = f"http://localhost:{sys.argv[1]}", Path(sys.argv[2])
    make_key(Provider.folder)
    ThreadingHTTPServer(("localhost", int(sys.argv[1])), Provider).serve_forever()
