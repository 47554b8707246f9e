"""Asks a site for its robots.txt as a crawl would, for `scrapy doctor`, and says what follows from it."""

import threading
from concurrent.futures import Future
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from crawler.politeness.robots import SIZE_LIMIT, Robots, robots_of, unreachable_robots
from crawler.state.diagnosis import Finding, warning, well

SECONDS = 10.0


def check_robots(page: str, user_agent: str, seconds: float = SECONDS) -> Finding:
    """Whether `page` may be fetched. Waits `seconds` at most."""
    parts = urlsplit(page)
    robots = fetched_robots(f"{parts.scheme}://{parts.netloc}/robots.txt", user_agent, seconds)
    if robots.allows(page, user_agent):
        return well("robots", f"{robots.url} ({robots.cause}) allows {page}")
    found, _, advice = robots.refusal(page).partition(": ")
    if robots.rules is None:
        found, advice = f"{robots.url} cannot be read ({robots.cause}): nothing may be fetched", "try again later"
    return warning("robots", found, advice)


def fetched_robots(url: str, user_agent: str, seconds: float) -> Robots:
    """The rules of a host. A host that sends byte after byte gets no more time than one that says nothing."""
    future: Future[Robots] = Future()

    def work() -> None:
        future.set_result(_asked(url, user_agent, seconds))

    threading.Thread(target=work, name="robots", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        return unreachable_robots(url, f"no answer in {seconds:g} s")


def _asked(url: str, user_agent: str, seconds: float) -> Robots:
    """Redirects are followed (RFC 9309, 2.3.1.2), ten at most."""
    try:
        try:
            with urlopen(Request(url, headers={"User-Agent": user_agent}), timeout=seconds) as answer:  # noqa: S310  http
                return robots_of(url, answer.status, answer.read(SIZE_LIMIT))
        except HTTPError as error:
            with error:
                return robots_of(url, error.code, b"")
    except (HTTPException, OSError, ValueError) as error:
        return unreachable_robots(url, str(getattr(error, "reason", error)))
