"""The formats of the archive: WARC, CDXJ, JSON lines, commit log; building, reading and checking them."""
