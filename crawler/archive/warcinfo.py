"""The warcinfo record: who wrote the file, with what and why (ISO 28500 section 6.2; names of the DCMI terms there)."""

from datetime import datetime

from crawler.archive.records import WARC_FIELDS, Record, new_record, warc_fields
from crawler.archive.spooled_run import RunFacts

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def warcinfo_record(run: RunFacts, key: str, opened: datetime) -> Record:
    """The first record of every file of `run`; `key` is the file's key in the store."""
    pairs = [
        ("software", run.software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", CONFORMS_TO),
        ("isPartOf", run.collection),
        ("robots", run.robots),
        ("http-header-user-agent", run.user_agent),
        *([("operator", run.operator)] if run.operator else []),
        ("snapshot-id", run.snapshot_id),
        ("spider", run.spider),
        ("site", run.site),
        ("gone-hours", f"{run.gone_hours:g}"),
        ("configuration-digest", run.configuration_digest),
    ]
    filename = key.rpartition("/")[2]
    return new_record("warcinfo", opened, WARC_FIELDS, warc_fields(pairs), [("WARC-Filename", filename)])
