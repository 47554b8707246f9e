"""Why a request is made, read from its meta: the keys that spiders and middlewares set for capture."""

from urllib.parse import urlsplit

from scrapy import Request

from crawler.evidence import Occasion, Original
from crawler.items import ArticleLink

LINK_META = "archive_link"
"""Key of `Request.meta` that holds the `ArticleLink` a request was made for. Retries and redirects keep it."""

REQUISITE_META = "archive_requisite"
"""Key that holds what the answer is to a page, a `RequisiteKind`, for requests for a page's requisites."""

VIA_META = "archive_via"
"""Key that holds the URL of the page that a request was found on."""

HOPS_META = "archive_hops"
"""Key that holds the hops up to this request, its redirects not included. See `Occasion.hops`."""

ROBOTS_META = "archive_robots"
"""Key that holds which robots.txt is in force for the request. See `Occasion.robots`."""

REVALIDATES_META = "archive_revalidates"
"""Key that holds the `Original` whose validators a conditional request sends."""


def occasion_of(request: Request) -> Occasion:
    """The occasion of a request."""
    meta = request.meta
    link = meta.get(LINK_META)
    link = link if isinstance(link, ArticleLink) else None
    redirected_from = meta.get("redirect_urls") or [None]
    return Occasion(
        link=link,
        requisite=meta.get(REQUISITE_META),
        via=redirected_from[-1] or meta.get(VIA_META) or (link.source_url if link else None),
        hops=hops_of(request),
        robots=meta.get(ROBOTS_META),
        proxy=_proxy(meta.get("proxy")),
        attempt=meta.get("retry_times", 0) + 1,
    )


def target_of(request: Request) -> str:
    """The target URI of a request: without fragment, and without user and password, which are never sent either."""
    url = request.url.partition("#")[0]
    scheme, slashes, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return scheme + slashes + authority.rpartition("@")[2] + slash + path if "@" in authority else url


def hops_of(request: Request) -> str:
    """All hops of a request, one letter a step."""
    return str(request.meta.get(HOPS_META, "")) + "R" * len(request.meta.get("redirect_urls") or ())


def original_of(request: Request) -> Original | None:
    """The response whose validators the request sends."""
    original = request.meta.get(REVALIDATES_META)
    return original if isinstance(original, Original) else None


def _proxy(proxy: str | None) -> str | None:
    """Host and port of a proxy, without credentials."""
    return urlsplit(proxy if "://" in proxy else f"//{proxy}").netloc.rpartition("@")[2] if proxy else None
