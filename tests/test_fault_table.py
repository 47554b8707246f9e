"""Every case of the fault table (network, headers, pages, stores, processes) is tested. This place says where."""

import re
from pathlib import Path

import pytest

from tests.faults.fault_cases import FAULTS
from tests.reference import REFERENCE

TABLE = REFERENCE / "faults.tsv"
TESTS = Path(__file__).parent

ELSEWHERE = {
    "N07": ("test_hostile_headers.py", "test_no_header_of_chunks_is_kept_over_a_body_without_them"),
    "N33": ("test_faulty_site.py", "test_a_site_that_answers_503_to_everything_is_no_success"),
    "N34": ("test_faulty_site.py", "test_a_page_that_comes_at_the_third_attempt_is_an_article"),
    "N35": ("test_faulty_site.py", "test_n35_one_page_for_every_url_sounds_the_alarm"),
    "H13": ("test_hostile_headers.py", "test_a_target_with_spaces_is_encoded_once_and_is_the_same_everywhere"),
    "H14": ("test_hostile_headers.py", "test_a_cookie_for_a_public_suffix_is_ignored"),
    "H15": ("test_hostile_headers.py", "test_cookies_do_not_follow_a_redirect_to_another_host"),
    "H17": ("test_hostile_headers.py", "test_a_referrer_policy_that_names_code_does_nothing"),
    "P02": ("test_crash_recovery.py", "test_killed_at_an_arrow_of_the_ritual"),
    "P03": ("test_crash_recovery.py", "test_killed_at_an_arrow_of_the_ritual"),
    "P10": ("test_crash_recovery.py", "test_a_full_disk_stops_the_run_and_loses_nothing"),
    "P15": ("test_long_runs.py", "test_of_two_runs_at_once_both_publish_and_an_article_has_one_first_version"),
}
"""Cases N and H that need a whole crawl, or none: their test; all others are scripts of tests/faults/fault_cases.py.
And cases of the other kinds whose test has no id in its name."""
NAMED = {
    "C": (
        "test_article_dates.py",
        "test_bad_input.py",
        "test_drift.py",
        "test_extract.py",
        "test_history_command.py",
        "test_hostile_pages.py",
        "test_identity_cases.py",
        "test_json_ld.py",
        "test_times.py",
    ),
    "O": ("test_s3_faults.py", "test_s3_fixity.py", "test_s3_crawl.py"),
    "P": ("test_process_faults.py", "test_process_surroundings.py", "test_s3_names.py"),
}
"""Kinds of cases whose tests begin with the id of their case, as in `test_o01_…`, and the modules they are in."""

with_table = pytest.mark.skipif(not TABLE.is_file(), reason=f"the fault table {TABLE} is not here")


@with_table
def test_every_network_and_header_case_is_tested() -> None:
    compare(cases("[NH]"), {name.partition("-")[0] for name in FAULTS} | elsewhere("[NH]"))


@with_table
@pytest.mark.parametrize("kind", NAMED)
def test_every_case_of_a_kind_has_a_test_that_begins_with_its_id(kind: str) -> None:
    text = "".join((TESTS / file).read_text(encoding="utf-8") for file in NAMED[kind])
    named = re.findall(rf"^def test_({kind.lower()}\d\d)_", text, re.MULTILINE)
    compare(cases(kind), {case.upper() for case in named} | elsewhere(kind))


@pytest.mark.parametrize("case", ELSEWHERE)
def test_the_test_of_a_case_is_where_it_should_be(case: str) -> None:
    file, name = ELSEWHERE[case]
    assert f"\ndef {name}(" in (TESTS / file).read_text(encoding="utf-8")


def cases(kind: str) -> set[str]:
    """Ids of the cases in the table whose letter matches."""
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    wanted = {row.partition("\t")[0] for row in rows if re.match(rf"{kind}\d", row)}
    assert wanted, f"the table has no case {kind}: it has another form now"
    return wanted


def elsewhere(kind: str) -> set[str]:
    return {case for case in ELSEWHERE if re.match(kind, case)}


def compare(wanted: set[str], tested: set[str]) -> None:
    assert wanted - tested == set(), "no test covers these"
    assert tested - wanted == set(), "the table does not know these"
