"""The public pages' only script, and what a page and the Content-Security-Policy say of it: this very file, no other.

A browser that does not know digests of files in a policy (Firefox before 116, Safari before 15.6) leaves it out, and
everything works without it.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).parent.parent / "static/site/site.js"
INTEGRITY = f"sha256-{b64encode(sha256(FILE.read_bytes()).digest()).decode()}"
