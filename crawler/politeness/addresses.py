"""Which addresses a crawl may ask: what a page names must not lead it into the operator's own network."""

from ipaddress import IPv6Address, ip_address


def is_public(address: str) -> bool:
    """True for an IP address of the public internet (RFC 6890); loopback, private and link-local ones are not.

    An IPv4 address inside an IPv6 one counts as what it is. False for what is no address.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (inner := found.ipv4_mapped or found.sixtofour) is not None:
        return inner.is_global
    return found.is_global and not found.is_multicast
