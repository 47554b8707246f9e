"""The contract of all stores, on our S3 store with an honest server and with one of another kind."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import cycle

import pytest

from crawler.errors import StoreUnavailableError
from crawler.storage.store import ObjectStore
from tests import test_object_store
from tests.faults.s3_faults import OTHER_KIND, Fault
from tests.faults.s3_server import S3Server
from tests.faults.s3_store import store_on

KINDS: dict[str, tuple[Fault, ...]] = {"honest": (), "other kind": OTHER_KIND}
OPENINGS = 3

globals().update(
    (name, test)
    for name, test in vars(test_object_store).items()
    if name.startswith("test_") and "opened" in inspect.signature(test).parameters
)
"""Every test of the contract, with the fixture `opened` of this module."""


class Served:
    """A server and some openings of one store on it: boto3 takes its time to make one, so they are kept."""

    def __init__(self, server: S3Server) -> None:
        self._server = server
        self._stores: list[ObjectStore] = []

    def emptied(self) -> list[ObjectStore]:
        """The openings of a store that is empty again, which know nothing of it."""
        self._server.bucket.objects.clear()
        self._server.bucket.uploads.clear()
        self._stores = [store for store in self._stores if is_in_use(store)]
        self._stores += [store_on(self._server) for _ in range(OPENINGS - len(self._stores))]
        for store in self._stores:
            store.traits = store_on(self._server).traits
        return self._stores


def is_in_use(store: ObjectStore) -> bool:
    """False if it was given up."""
    try:
        store.clock()
    except StoreUnavailableError:
        return False
    return True


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Served]]:
    """Each kind of server, for all tests of this module."""
    with ExitStack() as running:
        yield {kind: Served(running.enter_context(S3Server(*faults))) for kind, faults in KINDS.items()}


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, served: dict[str, Served]) -> Callable[[], ObjectStore]:
    """Opens the same store again and again: gives its openings by turns, as of processes on one machine."""
    stores = cycle(served[request.param].emptied())
    return lambda: next(stores)
