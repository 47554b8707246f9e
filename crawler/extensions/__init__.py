"""Scrapy extensions: the frame around a crawl."""
