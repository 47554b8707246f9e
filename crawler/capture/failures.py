"""Why a request gave no page: Scrapy's exceptions as a short reason for stats and a few words for people."""

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity.exceptions import CertificateError, VerificationError

from crawler.errors import NotAnArticleError

_WORDS = 200
"""Characters of somebody else's message that are passed on."""


class RefusedError(IgnoreRequest):
    """A request that is not to be made; `reason` is a short stats key, the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


_CAUSES: tuple[tuple[type[BaseException], str, str], ...] = (
    (CannotResolveHostError, "dns", "no address for that host"),
    (DownloadConnectionRefusedError, "refused", "connection refused"),
    (DownloadTimeoutError, "timeout", "no answer in time"),
    (ResponseDataLossError, "cut", "the response was cut"),
    (DownloadCancelledError, "too_large", "larger than DOWNLOAD_MAXSIZE, or with a head of more than a MiB"),
    (TunnelError, "proxy", "the proxy opened no tunnel"),
    (DownloadFailedError, "broken", "the connection broke"),
    (IgnoreRequest, "refused_by_limit", "larger than DOWNLOAD_MAXSIZE when unpacked, or otherwise refused"),
    (OSError, "undecodable", "the body could not be decoded"),
    (ValueError, "bad_location", "redirected to what is no URL"),
)


def failure(error: BaseException) -> tuple[str, str]:
    """Reason and words for an error that a request ended in."""
    if isinstance(error, DownloadFailedError) and (tls := _tls_error(error)):
        return "tls", f"no secure connection ({tls})"
    if isinstance(error, HttpError):
        return f"http_{error.response.status}", f"HTTP {error.response.status}"
    if isinstance(error, RefusedError | NotAnArticleError):
        return error.reason, str(error)
    if isinstance(error, IgnoreRequest) and "redirect" in str(error):
        return "redirects", "redirected without end"
    for kind, reason, words in _CAUSES:
        if isinstance(error, kind):
            return reason, words + _because(error)
    return type(error).__name__, f"{type(error).__name__}: {error}"


def _because(error: BaseException) -> str:
    """What Twisted says of a connection that broke, in brackets; nothing where the reason says it all."""
    if type(error) is not DownloadFailedError or error.__cause__ is None:
        return ""
    causes = [error.__cause__, *(failed.value for failed in getattr(error.__cause__, "reasons", ()))]
    return f" ({type(causes[-1]).__name__}: {str(causes[-1])[:_WORDS]})"


def _tls_error(error: BaseException) -> str | None:
    """What the TLS library said, where it is what broke the connection. Twisted keeps it among its reasons."""
    cause = error.__cause__
    for reason in (cause, *(failed.value for failed in getattr(cause, "reasons", ()))):
        if isinstance(reason, SSL.Error | VerificationError | CertificateError):
            return f"{type(reason).__name__}: {reason}"
    return None
