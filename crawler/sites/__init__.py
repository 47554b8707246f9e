"""The sites that newswarc knows. One site is one file of data: each module here that has a `SITE`, or several `SITES`.

docs/adding-a-site.md shows how one is written.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from crawler.errors import ConfigurationError
from crawler.sites.any_site import ANY_SITE
from crawler.sites.site import Site, host_of


def _found() -> Iterator[Site]:
    """The sites of all modules, in the order of the modules' names."""
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        yield from getattr(module, "SITES", None) or filter(None, [getattr(module, "SITE", None)])


_ALL = tuple(_found())
SITES = {site.name: site for site in _ALL}
"""All sites by name."""


def get_site(name: str) -> Site:
    """The site of that name. Raises `ConfigurationError` naming those there are, and for a name that two have."""
    if [site.name for site in _ALL].count(name) > 1:
        raise ConfigurationError(f"site {name!r}: two sites in crawler/sites have that name; give each one of its own")
    try:
        return ANY_SITE if name == ANY_SITE.name else SITES[name]
    except KeyError:
        raise ConfigurationError(f"no site {name!r}: there is {', '.join(sorted(SITES))}") from None


def site_of(url: str) -> Site:
    """The site of a URL: by its host, or else the first that moves and has articles with such URLs, or `ANY_SITE`."""
    host = host_of(url)
    by_host = (site for site in SITES.values() if host in site.hosts)
    by_path = (site for site in SITES.values() if site.moves and site.article_key(url))
    return next(by_host, None) or next(by_path, None) or ANY_SITE
