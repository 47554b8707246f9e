"""Cleans articles: the pure `articles.clean`, as an item pipeline."""

from crawler.articles.clean import clean
from crawler.items import Article


class CleanPipeline:
    """Item pipeline; other items pass as they are."""

    def process_item(self, item: object) -> object:
        """The cleaned article."""
        return clean(item) if isinstance(item, Article) else item
