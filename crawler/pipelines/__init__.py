"""Scrapy item pipelines: thin adapters, clean → identify → export."""
