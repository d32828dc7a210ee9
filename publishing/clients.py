"""The address of a client, by which answers and logins are counted."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's address; of an IPv6 address the network (/64), as one household or telephone has all of it.

    X-Forwarded-For is what the sender says, but for what our own proxies have added at its end: TRUSTED_PROXY_COUNT
    tells how many those are.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    host = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    if host.startswith("["):
        host = host[1:].partition("]")[0]  # [2001:db8::1]:443
    elif host.count(":") == 1:
        host = host.partition(":")[0]  # 192.0.2.1:443
    try:
        ip = ip_address(host)
    except ValueError:
        return ""  # a proxy that tells us nothing: all are one sender
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
    return str(ip)
