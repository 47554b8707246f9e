"""The model of a disk that loses power: what was made durable is there, and of the rest anything may be."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.faults.disk_log import ROOT_NODE, Entry, Fsync, Made, Names, Operation, Truncate, Write
from tests.faults.power_cut import Chance, Policy, Tree, after_power_cut

FILE, OTHER, FOLDER = 1, 2, 3
BEGIN: tuple[Operation, ...] = (Made(ROOT_NODE, True), Made(FILE, False), Made(OTHER, False), Made(FOLDER, True))

chances = st.builds(Chance, st.sampled_from(Policy), st.integers(0, 1 << 16))
writes = st.builds(Write, st.sampled_from((FILE, OTHER)), st.integers(0, 40), st.binary(max_size=20))
truncates = st.builds(Truncate, st.sampled_from((FILE, OTHER)), st.integers(0, 60))
contents: st.SearchStrategy[list[Operation]] = st.lists(writes | truncates, max_size=8)


def named(name: str, node: int | None, directory: int = ROOT_NODE) -> Names:
    return Names((Entry(directory, name, node),))


def renamed(old: str, new: str, node: int) -> Names:
    return Names((Entry(ROOT_NODE, old, None), Entry(ROOT_NODE, new, node)))


changes = (
    writes
    | truncates
    | st.sampled_from(
        (named("other", OTHER), named("other", None), named("folder", FOLDER), renamed("other", "moved", OTHER))
    )
)


def after(operations: Sequence[Operation], chance: Chance) -> Tree:
    return after_power_cut((*BEGIN, *operations), chance)


@given(contents, st.lists(changes, max_size=8), chances)
def test_what_was_synced_by_content_and_name_is_there(
    content: list[Operation], later: list[Operation], chance: Chance
) -> None:
    durable: list[Operation] = [*content, Fsync(FILE), named("file", FILE), Fsync(ROOT_NODE)]
    later = [change for change in later if not isinstance(change, Write | Truncate) or change.node != FILE]
    assert after([*durable, *later], chance)["file"] == after(durable, Chance(Policy.KEEP))["file"]


@given(contents, chances)
def test_a_synced_file_may_lose_its_name_and_nothing_else(content: list[Operation], chance: Chance) -> None:
    operations: list[Operation] = [named("file", FILE), *content, Fsync(FILE)]
    whole = after(operations, Chance(Policy.KEEP))["file"]
    assert after(operations, chance).get("file", whole) == whole
    assert "file" not in after(operations, Chance(Policy.DROP))


@given(contents)
def test_a_synced_name_may_name_an_empty_file(content: list[Operation]) -> None:
    assert after([named("file", FILE), *content, Fsync(ROOT_NODE)], Chance(Policy.DROP)) == {"file": b""}


@given(chances)
def test_a_rename_is_done_or_not_done(chance: Chance) -> None:
    begin: list[Operation] = [
        named("new", OTHER),
        named("old", FILE),
        Write(FILE, 0, b"text"),
        Fsync(FILE),
        Fsync(ROOT_NODE),
    ]
    found = after([*begin, renamed("old", "new", FILE)], chance)
    assert found in ({"new": b"text"}, {"old": b"text", "new": b""})


@given(chances)
def test_a_synced_name_is_lost_with_its_directory(chance: Chance) -> None:
    inside: list[Operation] = [named("folder", FOLDER), named("file", FILE, FOLDER), Fsync(FOLDER)]
    assert after(inside, chance) in ({}, {"folder": None, "folder/file": b""})
    assert after([*inside, Fsync(ROOT_NODE)], chance) == {"folder": None, "folder/file": b""}


@given(st.lists(changes, max_size=12))
def test_what_was_not_synced_is_all_gone_or_all_there(operations: list[Operation]) -> None:
    assert after(operations, Chance(Policy.DROP)) == {}
    synced: list[Operation] = [*operations, *(Fsync(node) for node in (ROOT_NODE, FILE, OTHER, FOLDER))]
    assert after(operations, Chance(Policy.KEEP)) == after(synced, Chance(Policy.DROP))


@given(st.lists(changes, max_size=12), chances)
def test_the_same_chance_leaves_the_same_disk(operations: list[Operation], chance: Chance) -> None:
    assert after(operations, chance) == after(operations, chance)


def test_a_write_may_be_lost_torn_or_zeros_before_one_that_is_there() -> None:
    operations: list[Operation] = [
        named("file", FILE),
        Fsync(ROOT_NODE),
        Write(FILE, 0, b"first"),
        Write(FILE, 5, b"second"),
    ]
    found = {after(operations, Chance(Policy.RANDOM, seed))["file"] for seed in range(500)}
    assert {b"firstsecond", b"first", b"", bytes(5) + b"second", bytes(11), b"first" + bytes(6), b"firstsec"} <= found
