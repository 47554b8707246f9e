"""Every ARCHIVE_* setting is read, checked and explained in one place."""

from pprint import pformat

import pytest

from crawler.errors import ConfigurationError
from crawler.options import ArchiveOptions, Hidden, StoreAccess


def test_the_defaults_stand_without_any_setting() -> None:
    options = ArchiveOptions.from_settings({})
    assert options.store == "archive"
    assert options.gate_share == 0.9


def test_settings_from_the_command_line_arrive_as_text_and_are_read() -> None:
    options = ArchiveOptions.from_settings({"ARCHIVE_GATE_SHARE": "0.5", "ARCHIVE_WARC_BYTES": "1000"})
    assert (options.gate_share, options.warc_bytes) == (0.5, 1000)


@pytest.mark.parametrize(("written", "meant"), [("True", True), ("1", True), (False, False), ("no", False)])
def test_a_switch_is_read_as_it_is_meant(written: object, meant: bool) -> None:
    options = ArchiveOptions.from_settings({"ARCHIVE_SERVICES_PERMITTED": written})
    assert options.services_permitted is meant


@pytest.mark.parametrize(
    ("since", "stamp"),
    [
        ("", "00000000000000"),
        ("2026-04-01", "20260401000000"),
        ("2026-04-01T12:30", "20260401123000"),
        ("2026-04-01T12:30:15Z", "20260401123015"),
        ("20260401123015-world-ab2def", "20260401123015"),
    ],
)
def test_a_moment_is_given_as_day_time_or_snapshot(since: str, stamp: str) -> None:
    assert ArchiveOptions.from_settings({"ARCHIVE_DRIFT_SINCE": since}).drift_since_stamp == stamp


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARCHIVE_COLLECTION", "Über"),
        ("ARCHIVE_COLLECTION", "a/../b"),
        ("ARCHIVE_GATE_SHARE", "2"),
        ("ARCHIVE_GATE_SHARE", "most"),
        ("ARCHIVE_WARC_BYTES", "0"),
        ("ARCHIVE_WARC_COMPRESSION", "6"),
        ("ARCHIVE_QUEUE_BYTES", None),
        ("ARCHIVE_STOER", "archive"),
        ("ARCHIVE_DRIFT_SINCE", "yesterday"),
        ("ARCHIVE_DRIFT_SINCE", "2026-13-45"),
        ("ARCHIVE_DRIFT_SINCE", "2026-04-01T99:00"),
        ("ARCHIVE_DRIFT_SINCE", "٢٠٢٦-04-01"),
        ("ARCHIVE_SERVICES_PERMITTED", "perhaps"),
    ],
)
def test_a_wrong_value_is_named_with_its_setting(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=name):
        ArchiveOptions.from_settings({name: value})


def test_a_credential_is_of_use_and_never_shown() -> None:
    hidden = Hidden("s3cr3t")
    access = StoreAccess.from_settings({"AWS_SECRET_ACCESS_KEY": hidden}, ArchiveOptions())
    assert access.secret_access_key == str(hidden)
    assert "s3cr3t" not in pformat({"AWS_SECRET_ACCESS_KEY": hidden}) + repr(access)
