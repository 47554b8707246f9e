"""What is remembered of a store from one opening of an archive to the next."""

from pathlib import Path

import pytest

from crawler.archive.spool import Spool
from crawler.errors import StoreUnavailableError
from crawler.options import ArchiveOptions
from crawler.state.opening import ArchiveOpening
from crawler.storage.store import ObjectStore
from tests.faults.s3_faults import denied, refuses_condition, slow_down
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import store_on


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "spool", "s3://archive/news")
    made.prepare()
    return made


def opened(spool: Spool, store: ObjectStore) -> bool:
    return ArchiveOpening(store, spool, ArchiveOptions()).prove()


def test_what_was_learnt_is_not_tried_again(spool: Spool) -> None:
    with S3Server() as server:
        assert opened(spool, store_on(server))
        tried = len(server.requests)
        again = store_on(server)
        assert opened(spool, again)
    assert again.traits.put_if_absent
    assert len(server.requests) - tried < tried / 2, "it was tried again"


def test_what_was_learnt_of_one_store_is_not_believed_of_another(spool: Spool) -> None:
    with S3Server() as server, S3Server(refuses_condition(501, "NotImplemented")) as elsewhere:
        assert opened(spool, store_on(server))
        moved = store_on(elsewhere)
        assert opened(spool, moved)
    assert not moved.traits.put_if_absent


def test_a_store_that_was_never_seen_to_work_is_not_waited_for(spool: Spool) -> None:
    with S3Server() as server, S3Server(slow_down()) as elsewhere:
        assert opened(spool, store_on(server))
        server.misbehave(slow_down())
        assert not opened(spool, store_on(server))
        with pytest.raises(StoreUnavailableError):
            opened(spool, store_on(elsewhere))


def test_an_archive_is_opened_without_rights_on_uploads(spool: Spool) -> None:
    with S3Server(denied("ListMultipartUploads", "ListParts", "AbortMultipartUpload")) as server:
        assert opened(spool, store_on(server))
