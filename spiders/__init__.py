"""The spiders: ask discovery, yield requests, hand pages to the extractor."""
