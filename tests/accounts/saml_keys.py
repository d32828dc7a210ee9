"""Keys and signatures of SAML, honest and forged, and the provider's process (which a test does not import)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.servers import serving


def make_key(folder: Path, name: str = "provider") -> None:
    """A key and its certificate, as PEM files."""
    key = rsa.generate_private_key(65537, 2048)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(9)).sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(pem)
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))


def sign(root: Any, element_id: str, key_file: str | Path) -> None:
    """Fill in the signature that stands empty in the element."""
    xmlsec.tree.add_ids(root, ["ID"])
    element = root.xpath(f"//*[@ID='{element_id}']")[0]
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(str(key_file), xmlsec.constants.KeyDataFormatPem)
    context.sign(element.find(f"{{{xmlsec.constants.DSigNs}}}Signature"))


@contextmanager
def running(port: int, folder: Path) -> Iterator[str]:
    """Its address, while it runs."""
    url = f"http://localhost:{port}"
    with serving(f"{url}/metadata", "tests.accounts.saml_provider", str(port), str(folder)):
        yield url
