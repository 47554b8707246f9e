"""Write what a run makes: WARC records and JSON lines."""
