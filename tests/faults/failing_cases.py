"""Exchanges that fail or are stopped: silence, resets, refusals, TLS, limits of time and size."""

from ssl import TLSVersion

from crawler.items import JsonObject
from tests.faults.fault_cases import CHUNKED
from tests.faults.raw_server import Answer
from tests.faults.script import OK, Script, heard, whole

_CUT = (OK + b"Content-Length: 100\r\n\r\n", b"<html>cut he")
_LOST = "ResponseDataLossError incomplete"
_FRAME = b"1;" + b"x" * 1000 + b"\r\na\r\n"
"""One byte of a body, in a thousand of framing."""


def _meta(**meta: object) -> tuple[JsonObject, ...]:
    return ({"meta": meta},)


def _stopped(where: str, *, fails: bool) -> Script:
    flags = "StopDownload incomplete" if fails else "download_stopped incomplete"
    return Script(
        (Answer(_CUT, "keep"),),
        _meta(stop=where, stop_fails=fails),
        flags=flags,
        truncated="unspecified",
        anywhere=True,
    )


SILENCE = {
    "silence-within-the-head": Script(
        (Answer((OK, b"X-Half"), "keep"),),
        _meta(download_timeout=0.4),
        kept=(),
        attempts=(("timeout", OK + b"X-Half"),),
    ),
    "silence-within-the-body": Script(
        (Answer(_CUT, "keep"),),
        _meta(download_timeout=0.4),
        flags="DownloadTimeoutError incomplete",
        truncated="time",
    ),
    "silence-within-chunks": Script(
        (Answer((CHUNKED, b"5\r\nhel"), "keep"),),
        _meta(download_timeout=0.4),
        flags="DownloadTimeoutError incomplete",
        truncated="time",
    ),
}

CONNECTIONS = {
    "refused": Script(requests=({"url": "http://127.0.0.1:9/refused/"},), attempts=(("refused", b""),)),
    "no-such-host": Script(requests=({"url": "http://nonexistent.invalid/no-such-host/"},), attempts=(("dns", b""),)),
    "closed-before-the-head": Script((Answer(()),), kept=(), attempts=(("broken", b""),)),
    "closed-within-the-head": Script((Answer((OK, b"X-H")),), kept=(), attempts=(("broken", OK + b"X-H"),)),
    "reset-before-the-head": Script((Answer((), "reset"),), kept=(), attempts=(("broken", b""),)),
    "reset-within-the-head": Script((Answer((OK,), "reset"),), kept=(), attempts=(("broken", OK),)),
    "reset-within-the-body": Script((Answer(_CUT, "reset"),), flags=_LOST, truncated="disconnect"),
    "reset-within-a-body-until-close": Script(
        (Answer((OK + b"\r\n", b"<html>"), "reset"),), flags="partial dataloss", truncated="disconnect"
    ),
    "tls-broken-within-a-body-until-close": Script(
        (Answer((OK + b"\r\n", b"<html>"), "reset"),),
        tls=TLSVersion.TLSv1_2,
        flags="partial dataloss",
        truncated="disconnect",
    ),
    "plain-server-spoken-to-in-tls": Script(
        requests=({"url": "https://127.0.0.1:{port}/plain-server-spoken-to-in-tls/"},),
        blurts=b"HTTP/1.1 400 Bad Request\r\n\r\n",
        attempts=(("tls", b""),),
    ),
    "tls-cut-within-the-body": Script((Answer(_CUT),), tls=TLSVersion.TLSv1_3, flags=_LOST, truncated="disconnect"),
    "through-a-tunnel": Script((whole(OK),), tls=TLSVersion.TLSv1_3, tunnel=True),
    "tunnel-to-nowhere": Script(
        requests=({"url": "https://127.0.0.1:9/tunnel-to-nowhere/"},), tunnel=True, attempts=(("proxy", b""),)
    ),
}

LIMITS = {
    "too-large-by-content-length": Script(
        (whole(OK),),
        _meta(download_maxsize=10),
        flags="DownloadCancelledError",
        truncated="length",
        by_byte=heard(
            OK + b"Content-Length: 18\r\n\r\n", flags="DownloadCancelledError incomplete", truncated="length"
        ),
    ),
    "too-large-while-it-streams": Script(
        (Answer((CHUNKED, *(b"8\r\n01234567\r\n",) * 4), "keep"),),
        _meta(download_maxsize=20),
        flags="DownloadCancelledError incomplete",
        truncated="length",
        anywhere=True,
    ),
    "framing-without-end": Script(
        (Answer((CHUNKED, _FRAME * 1100), "keep"),),
        _meta(download_maxsize=2000),
        flags="DownloadCancelledError incomplete",
        truncated="length",
        anywhere=True,
    ),
    "stopped-at-the-head": _stopped("head", fails=False),
    "stopped-at-the-head-as-a-failure": _stopped("head", fails=True),
    "stopped-in-the-body": _stopped("body", fails=False),
    "stopped-in-the-body-as-a-failure": _stopped("body", fails=True),
}

FAILING = SILENCE | CONNECTIONS | LIMITS

UNTRUSTED = {
    "untrusted-certificate": Script((whole(OK),), tls=TLSVersion.TLSv1_3, kept=(), attempts=(("tls", b""),)),
}
"""For a crawl that verifies certificates."""
