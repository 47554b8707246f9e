"""The sites that newswarc knows. One site is one file of data."""

from urllib.parse import urlsplit

from crawler.errors import ConfigurationError
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import Site
from crawler.sites.sputnik import EDITIONS

SITES = {site.name: site for site in EDITIONS}
"""All sites by name."""


def get_site(name: str) -> Site:
    """The site of that name. Raises `ConfigurationError` naming those there are."""
    try:
        return ANY_SITE if name == ANY_SITE.name else SITES[name]
    except KeyError:
        raise ConfigurationError(f"no site {name!r}: there is {', '.join(sorted(SITES))}") from None


def site_of(url: str) -> Site:
    """The site of a URL: by its host, or else the first whose articles have such URLs, or else `ANY_SITE`."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    by_host = (site for site in SITES.values() if host in site.hosts)
    by_path = (site for site in SITES.values() if site.article_key(url))
    return next(by_host, None) or next(by_path, None) or ANY_SITE
