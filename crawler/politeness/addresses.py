"""Which addresses a crawl may ask: what a page names must not lead it into the operator's own network."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

_AROUND_IPV4 = tuple(map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Networks whose addresses hold an IPv4 address in their last 32 bits (RFC 4291, RFC 2765, RFC 6052)."""

_LOCAL_TRANSLATION = IPv6Network("64:ff9b:1::/48")
"""RFC 8215: what such an address means, only the local network knows."""

PORTS = {"http": 80, "https": 443}
"""Ports of URLs that name none."""


def is_public(address: str) -> bool:
    """True for an IP address of the public internet (RFC 6890); loopback, private and link-local ones are not.

    An IPv4 address inside an IPv6 one counts as what it is. False for what is no address.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.is_site_local or found in _LOCAL_TRANSLATION:
            return False
        found = _inner(found) or found
    return found.is_global and not found.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in _AROUND_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


@lru_cache(maxsize=16)
def private_hosts(base: str, named: str) -> frozenset[tuple[str, int | None]]:
    """Hosts, in lower case, and ports that the operator names: that of `base`, and ``host:port, host`` in `named`.

    None stands for any port. What cannot be read names nothing.
    """
    found: set[tuple[str, int | None]] = set()
    for url in (base, *(f"//{part.strip()}" for part in named.split(","))):
        try:
            parts = urlsplit(url)
            if parts.hostname:
                found.add((parts.hostname, parts.port or PORTS.get(parts.scheme)))
        except ValueError:
            continue
    return frozenset(found)
