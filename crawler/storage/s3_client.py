"""Requests to one bucket by boto3, each asked again while that may help."""

import logging
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import IOBase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserError

from crawler.errors import ConfigurationError, StoreError
from crawler.options import StoreAccess
from crawler.storage.retrying import Patience, RefusedError
from crawler.storage.s3_errors import JUDGED, header_of, judge_of
from crawler.storage.s3_name import S3Name

CONNECT_SECONDS = 10.0
"""Longest wait for a connection."""
READ_SECONDS = 60.0
"""Longest wait for the next bytes of an answer."""
_POOL = 16
"""Connections that are kept beside those of the upload threads."""
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")

_EXPIRED = (
    "the credentials that boto3 gets (environment, files, roles) are over by the clock of this machine: "
    "set the clock, or renew them where they come from"
)
_NEEDED = {
    "create_multipart_upload": {"UploadId"},
    "head_object": {"ContentLength", "LastModified"},
    "list_objects_v2": {"IsTruncated"},
    "upload_part": {"ETag"},
}
"""What an answer must say. Without it, it was cut or no store gave it: boto3 reads an empty body as an empty list."""

Answer = dict[str, Any]
"""What boto3 gives for a request."""


class Bucket:
    """The part of a bucket behind a prefix. No I/O before the first request; for many threads at once."""

    def __init__(self, name: S3Name, access: StoreAccess) -> None:
        self.name = name
        self.access = access
        self.patience = Patience(access.patience)
        self._making = threading.Lock()
        self._client: Any = None

    @property
    def endpoint(self) -> str:
        """URL that is asked, from the settings or where boto3 finds it. Raises `ConfigurationError`."""
        parts = urlsplit(self.client().meta.endpoint_url)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"

    def ask(self, operation: str, verb: str, key: str = "", **arguments: Any) -> Answer:  # noqa: ANN401  boto3's own
        """Answer to boto3's `operation` on the object `key` (on the bucket where it is empty).

        `verb` is for messages: ``put``. Raises `RefusedError`, `StoreUnavailableError`, `StoreError`.
        """
        body = arguments.get("Body")
        send = getattr(self.client(), operation)
        if key:
            arguments["Key"] = self.name.prefix + key
        what = f"{verb} {key} in {self.name.uri}" if key else f"{verb} {self.name.uri}"

        def attempt() -> Answer:
            if isinstance(body, IOBase):
                body.seek(0)
            try:
                answer: Answer = send(Bucket=self.name.bucket, **arguments)
            except ValueError as error:  # a date or a number that is none
                raise ResponseParserError(f"{operation}: an answer that cannot be read") from error
            except RuntimeError as error:  # botocore has no type for it
                if "credentials" not in str(error):
                    raise
                raise StoreError(f"cannot {what}: {_EXPIRED}") from error
            if not answer.keys() >= _NEEDED.get(operation, set()):
                raise ResponseParserError(f"{operation}: an answer that lacks what it must say")
            return answer

        return self.patience.ask(what, attempt, judge_of(what), JUDGED)

    def time(self) -> datetime:
        """The Date (RFC 9110, 6.6.1) of an answer. Raises `StoreError` where there is none."""
        try:
            date = header_of(self.ask("head_bucket", "ask the time of"), "date")
        except RefusedError as error:
            if error.date is None:
                raise
            date = error.date  # a refusal tells the time too
        try:
            moment = parsedate_to_datetime(date or "")
        except (ValueError, OverflowError):
            raise StoreError(f"{self.name.uri} does not say what time it is: its answers have no valid Date") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def client(self) -> Any:  # noqa: ANN401  boto3 has no types
        """The one client, made when it is first needed. Raises `ConfigurationError`."""
        with self._making:
            if self._client is None:
                self._client = self._made()
            return self._client

    def _made(self) -> Any:  # noqa: ANN401  boto3 has no types
        _keep_credentials_out_of_logs()
        verify = self.access.verify
        if isinstance(verify, str) and not Path(verify).exists():
            raise ConfigurationError(f"AWS_VERIFY: there is no file {verify}; name a PEM file with the authorities")
        style, endpoint = self.access.addressing, self.access.endpoint_url
        if style == "auto" and endpoint is not None and not _is_amazon(endpoint):
            style = "path"
        try:
            client = self._client_with(style)
            if style == "auto" and not _is_amazon(client.meta.endpoint_url):
                client = self._client_with("path")  # the endpoint comes from boto3's own chain
        except (BotoCoreError, ValueError, OSError) as error:
            kind = type(error).__name__  # and no more: its words may hold a password, or what a program said
            advice = "check AWS_ENDPOINT_URL and AWS_REGION_NAME, and boto3's own settings (environment, files)"
            raise ConfigurationError(f"boto3 cannot be set up for {self.name.uri} ({kind}): {advice}") from None
        if "@" in client.meta.endpoint_url:
            raise ConfigurationError("the endpoint of S3 holds a user name: write it like https://s3.example.org")
        return client

    def _client_with(self, style: str) -> Any:  # noqa: ANN401  boto3 has no types
        access = self.access
        session = boto3.session.Session(
            access.access_key_id, access.secret_access_key, access.session_token, access.region
        )
        patience = max(1.0, access.patience)
        config = Config(
            connect_timeout=min(CONNECT_SECONDS, patience),
            read_timeout=min(READ_SECONDS, patience),
            max_pool_connections=access.threads + _POOL,
            retries={"total_max_attempts": 1, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": style},
        )
        switches = {} if access.use_ssl is None else {"use_ssl": access.use_ssl}
        return session.client("s3", endpoint_url=access.endpoint_url, verify=access.verify, config=config, **switches)


def _is_amazon(endpoint: str) -> bool:
    return (urlsplit(endpoint).hostname or "").endswith(_AMAZON)


def _keep_credentials_out_of_logs() -> None:
    """At level DEBUG botocore logs whole requests, session tokens included; Scrapy's level is DEBUG."""
    for name in ("boto3", "botocore"):
        library = logging.getLogger(name)
        if library.getEffectiveLevel() < logging.INFO:
            library.setLevel(logging.INFO)
