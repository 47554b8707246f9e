"""Every network and header case of the fault table is tested. This is the place that says where."""

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
}
"""Cases that need a whole crawl, or none: their test. All others are scripts of tests/faults/fault_cases.py."""


@pytest.mark.skipif(not TABLE.is_file(), reason=f"the fault table {TABLE} is not here")
def test_every_case_of_the_fault_table_is_tested() -> None:
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    wanted = {row.partition("\t")[0] for row in rows if re.match(r"[NH]\d", row)}
    assert wanted, "the table has no network and no header case: it has another form now"
    tested = {name.partition("-")[0] for name in FAULTS} | ELSEWHERE.keys()
    assert wanted - tested == set(), "no test covers these"
    assert tested - wanted == set(), "the table does not know these"


@pytest.mark.parametrize("case", ELSEWHERE)
def test_the_test_of_a_case_is_where_it_should_be(case: str) -> None:
    file, name = ELSEWHERE[case]
    assert f"\ndef {name}(" in (TESTS / file).read_text(encoding="utf-8")
