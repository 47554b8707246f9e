"""How an S3 store is reached: certificates, what stands before a store, and where boto3 gets credentials."""

import json
import ssl
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError, StoreError, StoreUnavailableError
from crawler.options import StoreAccess
from crawler.storage.store import open_store
from tests.faults.raw_server import self_signed, tls_context
from tests.faults.s3_faults import Does, Fault, answers, happens
from tests.faults.s3_server import ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY, S3Server
from tests.faults.s3_store import store_on, stored

KEY = "log/00000001.json"
BODY = b"a body that is long enough to be cut"


class TlsServer(S3Server):
    """The same over TLS, for the name 127.0.0.1 alone."""

    scheme = "https"

    def __init__(self, pem: Path, *faults: Fault) -> None:
        self.tls = tls_context(pem, ssl.TLSVersion.TLSv1_3)
        super().__init__(*faults)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that do not believe us are what is tested."""


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


def test_a_body_whose_encryption_breaks_is_read_on_from_there(pem: Path) -> None:
    with TlsServer(pem) as server:
        store = store_on(server, verify=str(pem))
        store.put(KEY, BODY)
        server.misbehave(happens(Does.BREAKS_TLS, "GetObject", times=2))
        assert store.get(KEY, len(BODY)) == BODY


def test_a_certificate_for_another_name_is_refused_at_once(pem: Path) -> None:
    with TlsServer(pem) as server:
        elsewhere = server.base.replace("127.0.0.1", "localhost")
        store = store_on(server, verify=str(pem), endpoint_url=elsewhere, patience=60.0)
        begin = time.monotonic()
        with pytest.raises(StoreError, match=r"certificate.*AWS_ENDPOINT_URL") as raised:
            store.probe()
    assert not isinstance(raised.value, StoreUnavailableError)
    assert time.monotonic() - begin < 10


def test_a_file_of_authorities_that_holds_none_is_named(pem: Path, tmp_path: Path) -> None:
    other = tmp_path / "none.pem"
    other.write_text("no certificate")
    with TlsServer(pem) as server, pytest.raises(StoreError, match="AWS_VERIFY") as raised:
        store_on(server, verify=str(other), patience=60.0).probe()
    assert not isinstance(raised.value, StoreUnavailableError)


@pytest.mark.parametrize(("status", "code"), [(520, ""), (522, ""), (599, ""), (400, "IncompleteBody")])
def test_what_stands_before_a_store_may_fail_in_passing(server: S3Server, status: int, code: str) -> None:
    server.misbehave(answers(status, code, "PutObject", times=1))
    store_on(server).put(KEY, BODY)
    assert stored(server, KEY) == BODY


@pytest.mark.parametrize("status", [501, 507])
def test_what_waiting_does_not_mend_is_told_at_once(server: S3Server, status: int) -> None:
    server.misbehave(answers(status, "", "ListObjectsV2"))
    with pytest.raises(StoreError) as raised:
        store_on(server, patience=60.0).probe()
    assert not isinstance(raised.value, StoreUnavailableError)


def credentials_from(program: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 ask a program for credentials, and nothing else."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    config = directory / "config"
    config.write_text(f"[default]\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(directory / "none"))


def credentials_for(life: timedelta) -> str:
    """What such a program says."""
    given = {
        "Version": 1,
        "AccessKeyId": ACCESS_KEY_ID,
        "SecretAccessKey": SECRET_ACCESS_KEY,
        "SessionToken": "t",
        "Expiration": (datetime.now(UTC) + life).isoformat(),
    }
    return json.dumps(given)


def test_credentials_that_cannot_be_renewed_for_a_moment_end_no_run(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What expires in minutes is renewed before each request; the program fails when it is asked the second time."""
    (tmp_path / "given.json").write_text(credentials_for(timedelta(minutes=5)))
    program = tmp_path / "program.sh"
    program.write_text(
        f"echo x >> {tmp_path}/asked\n[ $(wc -l < {tmp_path}/asked) = 2 ] && exit 3\ncat {tmp_path}/given.json\n"
    )
    credentials_from(f"sh {program}", tmp_path, monkeypatch)
    store_on(server, access_key_id=None, secret_access_key=None, patience=10.0).put(KEY, BODY)
    assert stored(server, KEY) == BODY


def test_credentials_that_are_over_when_they_come_are_told_with_the_clock(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is where the clock of this machine is fast."""
    (tmp_path / "given.json").write_text(credentials_for(timedelta(minutes=-5)))
    credentials_from(f"cat {tmp_path}/given.json", tmp_path, monkeypatch)
    with pytest.raises(StoreError, match=r"credentials.*set the clock") as raised:
        store_on(server, access_key_id=None, secret_access_key=None, patience=60.0).put(KEY, BODY)
    assert SECRET_ACCESS_KEY not in "".join(traceback.format_exception(raised.value))
    assert server.requests == []


@pytest.mark.parametrize("program", ["/no/such/program", "sh -c 'echo hunter2 >&2; exit 3'"])
def test_a_program_that_gives_no_credentials_is_told_without_its_words(
    server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    credentials_from(program, tmp_path, monkeypatch)
    with pytest.raises(ConfigurationError, match="boto3") as raised:
        store_on(server, access_key_id=None, secret_access_key=None).probe()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("endpoint", ["user:hunter2@127.0.0.1", "http://user:hunter2@127.0.0.1"])
def test_o25_an_endpoint_of_the_environment_that_holds_a_password_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    access = StoreAccess(ACCESS_KEY_ID, SECRET_ACCESS_KEY, region="us-east-1", patience=1.0)
    with pytest.raises(ConfigurationError, match=r"endpoint of S3|AWS_ENDPOINT_URL") as raised:
        open_store(f"s3://{BUCKET}", access).probe()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))
