"""From a page to an article: extraction, cleaning, identity. Pure: no I/O, no Scrapy."""

from crawler.articles.clean import clean
from crawler.articles.extract import extract_article

__all__ = ["clean", "extract_article"]
