"""From the bytes of a source to links. Pure: no I/O, no Scrapy."""
