"""robots.txt by RFC 9309: rules are obeyed, no rules allow all, no answer forbids all."""

import pytest

from crawler.politeness.robots import robots_of, unreachable_robots

URL = "https://news.example/robots.txt"


def test_rules_are_obeyed_and_the_refusal_names_them() -> None:
    robots = robots_of(URL, 200, b"User-agent: *\nDisallow: /services/\n")
    assert robots.allows("https://news.example/world/", "newswarc")
    assert not robots.allows("https://news.example/services/more.html", "newswarc")
    assert "disallows https://news.example/services/" in robots.refusal("https://news.example/services/")
    assert robots.reason == "robots_disallowed"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_without_rules_allows_everything(status: int) -> None:
    assert robots_of(URL, status, b"").allows("https://news.example/x", "newswarc")


@pytest.mark.parametrize("status", [429, 500, 503, 302])
def test_a_host_that_cannot_answer_forbids_everything(status: int) -> None:
    robots = robots_of(URL, status, b"")
    assert not robots.allows("https://news.example/x", "newswarc")
    assert f"HTTP {status}" in robots.refusal("https://news.example/x")
    assert robots.reason == "robots_unreachable"


def test_a_host_that_is_not_there_forbids_everything() -> None:
    robots = unreachable_robots(URL, "connection refused")
    assert not robots.allows("https://news.example/x", "newswarc")
    assert "connection refused" in robots.refusal("https://news.example/x")


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00garbage\r", b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", b"\x00" * 10, b"<html>"]
)
def test_odd_bytes_are_read_leniently(body: bytes) -> None:
    assert robots_of(URL, 200, body).allows("https://news.example/world/", "newswarc")
