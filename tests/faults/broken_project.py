"""Parts of a project that fail where Scrapy logs it and goes on."""

from collections.abc import AsyncIterator

from scrapy import Request

from spiders.world import WorldSpider


class FailsInItsLastStep:
    """A pipeline that cannot write what it gathered."""

    def process_item(self, item: object) -> object:
        """Everything passes."""
        return item

    def close_spider(self) -> None:
        """Fail."""
        raise RuntimeError("the database is gone")


class StartFailsSpider(WorldSpider):
    """Asks for its first source and fails before the second."""

    name = "start-fails"

    async def start(self) -> AsyncIterator[Request]:
        """Fail after the first."""
        async for request in super().start():
            yield request
            raise RuntimeError("the list of sources is gone")


class NothingToDoSpider(WorldSpider):
    """Asks for nothing."""

    name = "nothing-to-do"

    async def start(self) -> AsyncIterator[Request]:
        """No request at all."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request
