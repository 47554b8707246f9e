"""Takes exchanges off the wire, byte for byte, inside Scrapy's downloader."""
