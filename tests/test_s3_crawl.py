"""Whole crawls into an S3 that goes wrong: what is kept, what is told, and what is told to nobody."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from crawler.archive.repository import Repository
from crawler.errors import ExitCode
from tests.faults.s3_faults import OTHER_KIND, Does, Fault, denied, happens, slow_down
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY, S3Server
from tests.faults.s3_store import PREFIX, store_on
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.server import SampleServer, running

TOKEN = "t0k3n/of+the/tests/which/no/output/may/hold"  # noqa: S105  of no other server
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    "AWS_SESSION_TOKEN": TOKEN,
}
ARTICLES = 3


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=ARTICLES, oddities=False)) as server:
        yield server


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


class S3Project:
    """A project whose archive is on an S3 server, with credentials in the environment or in settings."""

    def __init__(self, project: Project, server: S3Server) -> None:
        self.path = project.path
        self.in_settings = False
        self._project = project
        self._settings = {
            "ARCHIVE_STORE": f"s3://{BUCKET}/{PREFIX}",
            "ARCHIVE_STORE_SECONDS": "1",
            "AWS_ENDPOINT_URL": server.base,
            "AWS_REGION_NAME": "us-east-1",
        }

    def scrapy(self, *arguments: str) -> Finished:
        settings, environment = (CREDENTIALS, {}) if self.in_settings else ({}, CREDENTIALS)
        options = [part for name, value in (self._settings | settings).items() for part in ("-s", f"{name}={value}")]
        return self._project.scrapy(*arguments, *options, **environment)

    def crawl(self, site: SampleServer, *arguments: str) -> Finished:
        return self.scrapy(*self._project.crawl_arguments(site.base_url), *arguments)


@pytest.fixture
def s3_project(project: Project, server: S3Server) -> S3Project:
    return S3Project(project, server)


def lines_of(server: S3Server) -> int:
    """Article lines that are committed."""
    entries = Repository(store_on(server)).entries()
    return sum(listed.records for entry, _ in entries for listed in entry.of("articles"))


def test_o02_what_could_not_be_delivered_is_kept_and_the_next_run_delivers_it(
    s3_project: S3Project, server: S3Server, site: SampleServer
) -> None:
    server.misbehave(slow_down("PutObject", key="*.warc.gz"))
    failed = s3_project.crawl(site)
    assert failed.code == ExitCode.NOT_PUBLISHED, failed
    (kept,) = s3_project.path.rglob("*.warc.gz")
    assert lines_of(server) == 0
    server.misbehave()
    again = s3_project.crawl(site)
    assert again.code == ExitCode.COMPLETE, again
    assert [key for key in server.bucket.objects if key.endswith(kept.name)]
    assert lines_of(server) == ARTICLES
    assert not kept.exists()


@pytest.mark.parametrize(
    "faults",
    [
        OTHER_KIND,
        (happens(Does.CUTS_REQUEST, "PutObject", key="*.warc.gz", times=1), happens(Does.EMPTY_IF_CUT)),
    ],
    ids=["other kind", "a put that died left an empty object"],
)
def test_an_archive_is_whole_whatever_the_server_is_like(
    s3_project: S3Project, server: S3Server, site: SampleServer, faults: tuple[Fault, ...]
) -> None:
    server.misbehave(*faults)
    crawled = s3_project.crawl(site)
    assert crawled.code == ExitCode.COMPLETE, crawled
    verified = s3_project.scrapy("verify", "--deep")
    assert verified.code == ExitCode.COMPLETE, verified
    assert lines_of(server) == ARTICLES


def test_o22_verify_and_restore_name_an_object_that_is_gone(
    s3_project: S3Project, server: S3Server, site: SampleServer, tmp_path: Path
) -> None:
    crawled = s3_project.crawl(site)
    assert crawled.code == ExitCode.COMPLETE, crawled
    (entry,) = (entry for entry, _ in Repository(store_on(server)).entries())
    (gone,) = (listed.key for listed in entry.objects if listed.key.endswith(".warc.gz"))
    server.bucket.delete(f"{PREFIX}/{gone}")
    verified = s3_project.scrapy("verify", "--json")
    assert verified.code == ExitCode.DAMAGED, verified
    assert [(problem["rule"], problem["key"]) for problem in verified.json["problems"]] == [("missing", gone)]
    restored = s3_project.scrapy("restore", entry.snapshot_id, "--to", str(tmp_path / "out"))
    assert restored.code == ExitCode.DAMAGED, restored
    assert gone in restored.err


SHAKY = [slow_down("PutObject", times=2), happens(Does.LOSES_REPLY, "PutObject", nth=4, times=1)]
SECRETS = [form.encode() for secret in (SECRET_ACCESS_KEY, TOKEN) for form in (secret, quote(secret, safe=""))]


@pytest.mark.parametrize(
    ("faults", "in_settings", "code"),
    [
        ([], True, ExitCode.COMPLETE),
        (SHAKY, False, ExitCode.COMPLETE),
        ([denied("PutObject", key="*.warc.gz")], True, ExitCode.NOT_PUBLISHED),
        ([slow_down("PutObject", "CreateMultipartUpload")], False, ExitCode.NOT_PUBLISHED),
    ],
    ids=["honest", "shaky", "denied", "down"],
)
def test_o25_no_secret_is_in_anything_that_is_kept_or_told(
    s3_project: S3Project,
    server: S3Server,
    site: SampleServer,
    faults: list[Fault],
    in_settings: bool,
    code: ExitCode,
) -> None:
    s3_project.in_settings = in_settings
    server.misbehave(*faults)
    crawled = s3_project.crawl(site, "-L", "DEBUG")
    assert crawled.code == code, crawled
    assert "DEBUG" in crawled.err, "the log is not there to be looked at"
    for place, data in everything(s3_project, server, crawled):
        assert not [secret for secret in SECRETS if secret in data], f"a secret is in {place}"


def everything(project: S3Project, server: S3Server, finished: Finished) -> Iterator[tuple[str, bytes]]:
    """All that was told, and all files and objects, unpacked, by where they are."""
    yield "the output", str(finished).encode()
    for path in project.path.rglob("*"):
        if path.is_file():
            yield str(path), unpacked(path.read_bytes())
    for key, stored in server.bucket.objects.items():
        yield key, unpacked(stored.data) + repr(stored.headers).encode()
    for request in server.requests:
        yield "a URL", request.path.encode()


def unpacked(data: bytes) -> bytes:
    """The members of a gzip file as far as they go; other data as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except EOFError:  # an open WARC
        return zlib.decompressobj(wbits=31).decompress(data)
