"""Addresses of links as people type them."""

import re

# A page of the site by its key (`Publishable.key`), which stays the same when the page gets another address.
PAGE_KEY = r"[a-z]+\.[a-z]+:[1-9]\d{0,17}"
SCHEMES = {"http", "https", "mailto", "tel"}
DOMAIN = r"[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*\.[^\W\d_]{2,}"


def link_target(typed: str) -> str:
    """The address that was meant, with its scheme; "" where no link can be made of it.

    Browsers ignore tabs and line breaks anywhere in an address, so these are removed first.
    """
    address = re.sub(r"[\t\n\r]", "", typed).strip("".join(map(chr, range(33))) + "\xa0")
    address = re.sub(r"^(https?)(:/*|/{2,})(?=[^\s/:])", r"\1://", address, flags=re.IGNORECASE)
    if re.match(r"https?://[^\s/?#]", address, re.IGNORECASE) or re.match(r"[/#](?![\\/])", address):
        return address
    if re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|tel:[+\d][\d\s().-]*", address, re.IGNORECASE):
        return address
    if re.fullmatch(rf"[^\s@/:?#]+@{DOMAIN}", address):
        return f"mailto:{address}"
    return f"https://{address}" if re.fullmatch(rf"{DOMAIN}([/?#].*)?", address) else ""
