"""Makes captures for tests: whole exchanges as they would have crossed the wire."""

from datetime import UTC, datetime, timedelta

from crawler.archive.captures import capture_records as records_of
from crawler.archive.http_message import parse_response
from crawler.archive.records import Record
from crawler.archive.spooled_run import RunFacts
from crawler.evidence import Capture, Occasion, Original
from crawler.items import ArticleLink

MOMENT = datetime(2026, 4, 1, 12, 30, 15, 123456, tzinfo=UTC)
BASE = "https://news.example"


def run_facts(snapshot_id: str, spider: str) -> RunFacts:
    return RunFacts(
        snapshot_id=snapshot_id,
        spider=spider,
        site="sputnik-international",
        collection="news",
        began_at=MOMENT,
        software="newswarc/1",
        operator="op@news.example",
        user_agent="newswarc/1",
        robots="obey",
        configuration_digest="sha256:0",
    )


def a_link(number: int = 1) -> ArticleLink:
    return ArticleLink(
        url=f"{BASE}/20260401/story-{1_100_000_000 + number}.html",
        article_id=f"sputnik-international:{1_100_000_000 + number}",
        discovered_via="section",
        source_url=f"{BASE}/world/",
        section="World",
        title="A “story” — 50 % new\ton two lines",
        published_at=MOMENT,
    )


def a_capture(
    url: str = f"{BASE}/world/",
    body: bytes = b"<html>hello</html>",
    *,
    link: ArticleLink | None = None,
    status: bytes = b"200 OK",
    seconds: int = 0,
) -> Capture:
    path = url.removeprefix(BASE).encode()
    return Capture(
        url=url,
        method="GET",
        started_at=MOMENT + timedelta(seconds=seconds),
        request=b"GET " + path + b" HTTP/1.1\r\nHost: news.example\r\n\r\n",
        response=b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
        % (status, len(body), body),
        peer="192.0.2.7",
        protocols=("http/1.1", "tls/1.3"),
        cipher="TLS_AES_128_GCM_SHA256",
        duration_ms=42,
        occasion=Occasion(link=link),
    )


def capture_records(
    capture: Capture, warcinfo_id: str = "urn:uuid:1", original: Original | None = None
) -> tuple[Record, Record, Record]:
    """The records of a capture, with what the recorder works out of it."""
    message = parse_response(capture.response, capture.method)
    return records_of(capture, message, message.payload_digest()[0], warcinfo_id, original)
