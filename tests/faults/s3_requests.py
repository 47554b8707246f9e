"""Requests as the S3 API names them, and replies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qsl, unquote

from tests.faults.s3_objects import S3Error

_SECRET = ("authorization", "x-amz-security-token")
_OPERATIONS = (
    ("GET", True, "uploadId", "ListParts"),
    ("GET", True, "", "GetObject"),
    ("HEAD", True, "", "HeadObject"),
    ("PUT", True, "uploadId", "UploadPart"),
    ("PUT", True, "", "PutObject"),
    ("DELETE", True, "uploadId", "AbortMultipartUpload"),
    ("DELETE", True, "", "DeleteObject"),
    ("POST", True, "uploads", "CreateMultipartUpload"),
    ("POST", True, "uploadId", "CompleteMultipartUpload"),
    ("GET", False, "uploads", "ListMultipartUploads"),
    ("GET", False, "list-type", "ListObjectsV2"),
    ("HEAD", False, "", "HeadBucket"),
    ("PUT", False, "", "CreateBucket"),
)
"""Method, whether a key is named, a parameter of the query, and what that is called."""


@dataclass(frozen=True)
class Request:
    """What the server was asked; holds no credentials."""

    method: str
    path: str
    """As it came, with the query."""
    operation: str
    """Name in the S3 API; ``Unknown`` where this server has no such operation."""
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""

    @property
    def if_absent(self) -> bool:
        """True if it is only to be done where there is no object. Raises `S3Error` for what S3 does not know."""
        condition = self.headers.get("if-none-match")
        if condition not in (None, "*"):
            raise S3Error(501, "NotImplemented", "A header you provided implies functionality not implemented.")
        return condition == "*"

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The headers that are kept with an object."""
        kept = ("content-type", "cache-control", "content-disposition")
        return tuple(
            (name, value) for name, value in self.headers.items() if name in kept or name.startswith("x-amz-meta-")
        )

    def limit(self, name: str) -> int:
        """How many things a listing may have: what the query says, 1000 at most."""
        return min(int(self.query.get(name, "1000")), 1000)


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    """For HEAD too, where it only gives the length."""


def read_request(method: str, path: str, headers: Message) -> tuple[Request, str | None]:
    """A request whose bucket stands in its path, and the access key that it was signed with, if it was."""
    where, _, query = path.partition("?")
    bucket, _, key = unquote(where).removeprefix("/").partition("/")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    named = {name.lower(): value for name, value in headers.items() if name.lower() not in _SECRET}
    request = Request(method, path, _operation(method, key, asked), bucket, key, asked, named)
    signature = headers.get("Authorization", "")
    _, signed, scope = signature.partition("Credential=")
    return request, scope.partition("/")[0] if signed else None


def _operation(method: str, key: str, query: Mapping[str, str]) -> str:
    for verb, has_key, parameter, name in _OPERATIONS:
        if verb == method and has_key == bool(key) and (not parameter or parameter in query):
            return name
    return "Unknown"
