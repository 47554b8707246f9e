"""One plain module per command: `add_arguments` and `run`. No Scrapy here."""
