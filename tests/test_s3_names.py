"""What ARCHIVE_STORE may say of S3, and what S3 needs. No store is asked."""

import subprocess
import sys

import orjson
import pytest

from crawler.errors import ConfigurationError
from crawler.options import StoreAccess
from crawler.storage.store import Traits, open_store

STORE = "s3://archive at https://s3.example.org"


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("s3://archive", "s3://archive"),
        ("s3://archive/", "s3://archive"),
        ("s3://news.archive-1/a/b=c", "s3://news.archive-1/a/b=c"),
        ("S3://archive/prefix/", "s3://archive/prefix"),
    ],
)
def test_a_bucket_and_a_prefix_name_a_store(name: str, uri: str) -> None:
    assert open_store(name).uri == uri


@pytest.mark.parametrize(
    "name",
    [
        "s3://AKIASECRET:hunter2@archive/x",
        "s3://hunter2@archive",
        "s3://archive/x?secret=hunter2",
        "s3://archive#hunter2",
        "s3://AKIA:hunter2/archive",
        "s3://archive/%68unter2",
    ],
)
def test_o25_a_name_that_may_hold_a_secret_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY") as caught:
        open_store(name)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "bucket",
    ["", "ab", "x" * 64, "Archive", "a_b", "-ab", "ab-", "a..b", "a.-b", ".ab", "192.168.0.1", "ü-archive", "a b"],
)
def test_a_bucket_that_s3_does_not_allow_is_refused(bucket: str) -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_STORE names no bucket"):
        open_store(f"s3://{bucket}/prefix")


@pytest.mark.parametrize("prefix", ["a//b", "/a", "../a", "a/.b", "a b", "ü", "a\\b"])
def test_o21_a_prefix_outside_the_alphabet_of_keys_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="prefix"):
        open_store(f"s3://archive/{prefix}")


@pytest.mark.parametrize("name", ["s3:archive", "s3:/archive/x"])
def test_a_slip_in_the_scheme_makes_no_directory(name: str) -> None:
    with pytest.raises(ConfigurationError, match="s3://bucket/prefix"):
        open_store(name)


def test_p23_without_boto3_it_is_said_at_once_what_to_do() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None\n"
        "from crawler.errors import ConfigurationError\n"
        "from crawler.storage.store import open_store\n"
        "try: open_store('s3://archive')\n"
        "except ConfigurationError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install boto3" in done.stdout


def test_a_directory_needs_no_boto3() -> None:
    code = (
        "import sys; from crawler.storage.store import open_store; open_store('archive'); print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_authority_that_is_no_file_is_named() -> None:
    store = open_store("s3://archive", StoreAccess(verify="/no/such.pem"))
    with pytest.raises(ConfigurationError, match=r"AWS_VERIFY.*/no/such\.pem"):
        store.head("a")


def test_an_endpoint_that_is_none_is_no_address() -> None:
    store = open_store("s3://archive", StoreAccess(endpoint_url="http://", region="us-east-1"))
    with pytest.raises(ConfigurationError, match="AWS_ENDPOINT_URL"):
        store.head("a")


def test_traits_are_remembered_as_they_were() -> None:
    traits = Traits(put_if_absent=True, checksum="md5", multipart_if_absent=False)
    assert Traits.from_bytes(traits.to_bytes(STORE), STORE) == traits


def test_a_bucket_of_that_name_elsewhere_is_another_store() -> None:
    here, there, amazon = (
        open_store("s3://archive", StoreAccess("key", "secret", endpoint_url=endpoint, region="us-east-1")).identity
        for endpoint in ("https://s3.example.org", "https://s3.example.org:9000", None)
    )
    assert here == "s3://archive at https://s3.example.org, checksum auto"
    assert len({here, there, amazon}) == 3


def test_what_is_learnt_with_another_checksum_is_of_another_store() -> None:
    identities = {
        open_store("s3://archive", StoreAccess("key", "secret", region="us-east-1", checksum=checksum)).identity
        for checksum in ("auto", "md5", "none")
    }
    assert len(identities) == 3


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b'{"format_version": 1}'])
def test_traits_that_are_damaged_are_learnt_again(data: bytes) -> None:
    assert Traits.from_bytes(data, STORE) is None


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 2},
        {"store": "s3://other"},
        {"put_if_absent": 1},
        {"checksum": "crc"},
        {"checksum": []},
        {"x": 1},
    ],
)
def test_traits_of_another_version_or_another_store_are_learnt_again(change: dict[str, object]) -> None:
    traits = Traits(put_if_absent=True, checksum="md5", multipart_if_absent=True)
    changed = orjson.loads(traits.to_bytes(STORE)) | change
    assert Traits.from_bytes(orjson.dumps(changed), STORE) is None
