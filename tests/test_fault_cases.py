"""Every fault that is one exchange, to the byte: as packets come, and again byte by byte."""

from collections.abc import Iterator

import pytest

from tests.faults.coding_cases import CODINGS
from tests.faults.exchanges import SCRIPTS, SECRET
from tests.faults.failing_cases import FAILING, UNTRUSTED
from tests.faults.fault_cases import FAULTS
from tests.faults.framing_cases import FURTHER_FRAMING
from tests.faults.recorded import Recorded, recording
from tests.faults.script import Script

CASES = FAULTS | CODINGS | FURTHER_FRAMING | FAILING
EVERYTHING = SCRIPTS | CASES
_REDACTED = {"authorization", "through-a-proxy", "sent-again-on-a-new-connection"}
"""Their requests are on record as tests/test_wire_capture.py says."""


@pytest.fixture(scope="module")
def as_it_comes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """One crawl over all cases; the basic ones have theirs in tests/test_wire_capture.py."""
    with recording(CASES, tmp_path_factory.mktemp("cases")) as found:
        yield found


@pytest.fixture(scope="module")
def byte_by_byte(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """One crawl over everything, written and read byte by byte; what is large in pieces of it."""
    with recording(EVERYTHING, tmp_path_factory.mktemp("bytes"), in_pieces=True) as found:
        yield found


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """One crawl that verifies certificates."""
    with recording(UNTRUSTED, tmp_path_factory.mktemp("verified"), verify=True) as found:
        yield found


def is_on_record(recorded: Recorded, name: str, expected: Script) -> None:
    """Both sides, what is odd about them, and the attempts that failed."""
    groups, attempts = recorded.of(name), recorded.attempts_of(name)
    found = [(group.facts.get("flags"), group.response.value("WARC-Truncated")) for group in groups]
    assert found == [(expected.flags, expected.truncated)] * len(expected.responses)
    blocks = [group.response.block for group in groups]
    received = [attempt.facts.get("received", "").encode("latin-1") for attempt in attempts]
    assert [attempt.facts["failed"] for attempt in attempts] == [reason for reason, _ in expected.attempts]
    if expected.anywhere:
        for sent, got in zip(expected.responses, blocks, strict=True):
            assert sent.startswith(got), "not what was sent"
        for (_, sent), got in zip(expected.attempts, received, strict=True):
            assert sent.startswith(got), "not what was sent"
        return
    assert blocks == expected.responses
    assert received == [sent for _, sent in expected.attempts]


def requests_on_record(recorded: Recorded, name: str) -> list[bytes]:
    """Of captures, then of attempts."""
    attempts = [attempt.request.block for attempt in recorded.attempts_of(name) if attempt.request is not None]
    return [group.request.block for group in recorded.of(name)] + attempts


@pytest.mark.parametrize("name", CASES)
def test_the_archive_tells_the_fault(as_it_comes: Recorded, name: str) -> None:
    is_on_record(as_it_comes, name, CASES[name])


@pytest.mark.parametrize("name", EVERYTHING)
def test_byte_by_byte_the_archive_tells_the_same(byte_by_byte: Recorded, name: str) -> None:
    is_on_record(byte_by_byte, name, EVERYTHING[name].by_byte or EVERYTHING[name])


@pytest.mark.parametrize("name", CASES)
def test_the_request_on_record_is_what_the_server_received(as_it_comes: Recorded, name: str) -> None:
    assert requests_on_record(as_it_comes, name) == as_it_comes.asked(name)


@pytest.mark.parametrize("name", sorted(EVERYTHING.keys() - _REDACTED))
def test_byte_by_byte_too(byte_by_byte: Recorded, name: str) -> None:
    assert requests_on_record(byte_by_byte, name) == byte_by_byte.asked(name)


def test_what_the_spider_got_is_what_was_recorded(as_it_comes: Recorded, byte_by_byte: Recorded) -> None:
    for recorded in (as_it_comes, byte_by_byte):
        assert "archive/captures/body_mismatch" not in recorded.stats


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("N04", "cut"),
        ("N05", "cut"),
        ("N12", "timeout"),
        ("N13", "timeout"),
        ("N14", "timeout"),
        ("N16", "refused_by_limit"),
        ("H01", "broken"),
        ("refused", "refused"),
        ("no-such-host", "dns"),
        ("plain-server-spoken-to-in-tls", "tls"),
        ("tunnel-to-nowhere", "proxy"),
        ("too-large-by-content-length", "too_large"),
        ("too-large-while-it-streams", "too_large"),
        ("framing-without-end", "too_large"),
    ],
)
def test_the_spider_is_told_why(as_it_comes: Recorded, name: str, reason: str) -> None:
    assert [found for url, found in as_it_comes.reasons.items() if f"/{name}/" in url] == [reason]


def test_framing_without_end_is_cut_at_the_limit(as_it_comes: Recorded) -> None:
    (group,) = as_it_comes.of("framing-without-end")
    limit = 2000 + 500 + (1 << 20)
    assert limit < len(group.response.block) <= limit + (1 << 16)


def test_a_slow_server_is_cut_by_the_total_time_not_by_silence(as_it_comes: Recorded) -> None:
    (body,), (head,) = as_it_comes.of("N13"), as_it_comes.attempts_of("N14")
    assert b"\r\n\r\n<" in body.response.block, "more than the head came"
    assert "X-Drip" in head.facts["received"]
    for facts in (body.facts, head.facts):
        assert 100 < int(facts["fetchTimeMs"]) < 1000, "bytes came all the while"


def test_a_connection_that_says_more_than_it_should_is_not_used_again(as_it_comes: Recorded) -> None:
    received = as_it_comes.servers["answers-nobody-asked-for"].requests
    assert [request.connection for request in received] == [0, 1]


def test_a_304_that_nobody_asked_for_is_a_response_and_no_revisit(as_it_comes: Recorded) -> None:
    (group,) = as_it_comes.of("N26")
    assert group.response.kind == "response"


def test_a_304_that_was_asked_for_is_a_revisit_of_what_it_confirms(as_it_comes: Recorded) -> None:
    (group,) = as_it_comes.of("N25")
    assert group.response.kind == "revisit"
    assert (group.response.value("WARC-Profile") or "").endswith("server-not-modified")
    assert group.response.value("WARC-Refers-To-Target-URI") == "http://news.example/original"
    assert group.response.value("WARC-Refers-To-Date") == "2026-04-01T12:30:15.123456Z"
    assert [group.facts["received"].encode("latin-1")] == [answer.sent for answer in CASES["N25"].answers]


def test_a_certificate_that_is_not_trusted_ends_it_before_anything_is_asked(verified: Recorded) -> None:
    is_on_record(verified, "untrusted-certificate", UNTRUSTED["untrusted-certificate"])
    assert requests_on_record(verified, "untrusted-certificate") == verified.asked("untrusted-certificate") == []
    assert list(verified.reasons.values()) == ["tls"]


def test_no_credentials_of_a_proxy_are_on_record(as_it_comes: Recorded) -> None:
    assert len(as_it_comes.tunnelled) == 2
    for asked in as_it_comes.tunnelled:
        assert b"Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==" in asked, "the proxy got no credentials"
    (group,) = as_it_comes.of("through-a-tunnel")
    assert group.facts["proxy"].startswith("127.0.0.1:")
    assert [value for name, value in group.response.fields if name == "WARC-Protocol"] == ["http/1.1", "tls/1.3"]
    everything = b"".join(block for _, block in as_it_comes.blocks)
    for secret in (b"dXNlcjpwYXNzd29yZA", b"user:password", SECRET.encode(), b"X-Proxy"):
        assert secret not in everything
