"""The URL that a page calls its own: believed where it is this article's, on this site."""

import re
from urllib.parse import urlsplit

from crawler.articles.links import absolute_url
from crawler.articles.reading import PageReading
from crawler.sites.site import Site, clean_url

_HOST_FORMS = re.compile(r"^(?:(?:www\d?|m|mobile|amp|touch|print)\.)+(?=[^.]+\.)")
_PATH_FORMS = re.compile(r"/(?:amp|print|mobile|m)(?=/|$)|[.-](?:amp|print)(?=\.html?$|$)|/index\.(?:html?|php)$|/+$")
"""What only tells the form of a page: for phones, for paper, for AMP."""


def canonical_url(reading: PageReading, key: str) -> tuple[str, bool]:
    """The page's own word on its URL if it can be believed, else the fetched URL; and whether it names another page.

    `key` is the article's. Loops, front pages and other publishers are named by mistake or on purpose: a page of this
    host, or of one that the site is known at, is believed if it has the same key or differs in its form alone.
    """
    fetched, named = clean_url(reading.url), named_url(reading)
    if not named:
        return fetched, False
    believed = _is_of_site(named, reading.url, reading.site) and (
        reading.site.article_key(named) == key or _without_forms(named) == _without_forms(reading.url)
    )
    return (named, False) if believed else (fetched, True)


def named_url(reading: PageReading) -> str:
    """The canonical link as `absolute_url`."""
    element = reading.page.css_first('link[rel="canonical" i][href]')
    return absolute_url((element.attributes.get("href") or "") if element is not None else "", reading.url)


def _is_of_site(named: str, fetched: str, site: Site) -> bool:
    host = _host(named)
    return host == _host(fetched) or host in {_HOST_FORMS.sub("", own) for own in site.hosts}


def _host(url: str) -> str:
    return _HOST_FORMS.sub("", urlsplit(url).hostname or "")


def _without_forms(url: str) -> tuple[str, str]:
    """Host and path without what only tells the form."""
    return _host(url), _PATH_FORMS.sub("", urlsplit(url).path)
