"""What may be fetched, and when. Pure: no I/O, no Scrapy."""
