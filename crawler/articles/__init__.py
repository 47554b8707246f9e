"""From a page to an article: extraction, cleaning, identity. Pure: no I/O, no Scrapy."""
