"""Blocking work beside the event loop, in threads that do not keep a process from ending."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


async def in_background(work: Callable[[], Result]) -> Result:
    """Do blocking work and return what it returns. A process that is told to stop at once does not wait for it."""
    future: Future[Result] = Future()
    threading.Thread(target=_do, args=(work, future), name="archive", daemon=True).start()
    return await asyncio.wrap_future(future)


def _do(work: Callable[[], Result], future: "Future[Result]") -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  raised where the result is awaited
        future.set_exception(error)
    else:
        future.set_result(result)
