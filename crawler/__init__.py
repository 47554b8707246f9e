"""newswarc: a news site's articles as evidence (WARC) and as clean JSON lines, in two straight lines.

::

    write   discover → fetch → capture → extract → clean → identify → seal → publish
    read    list → locate → restore | verify

Each step makes one frozen value (`crawler.items`) from the one before.
"""

__version__ = "0.1.0"
