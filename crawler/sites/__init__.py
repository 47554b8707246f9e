"""The sites that newswarc knows. One site is one file of data."""

from crawler.errors import ConfigurationError
from crawler.sites.site import Site
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL

SITES = {site.name: site for site in (SPUTNIK_INTERNATIONAL,)}
"""All sites by name."""


def get_site(name: str) -> Site:
    """The site of that name. Raises `ConfigurationError` naming those there are."""
    try:
        return SITES[name]
    except KeyError:
        raise ConfigurationError(f"no site {name!r}: there is {', '.join(sorted(SITES))}") from None
