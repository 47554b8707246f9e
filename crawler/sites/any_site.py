"""Any page of any site that newswarc has no file for: nothing is known of it but what pages of news sites share."""

from crawler.sites.site import Site

ANY_SITE = Site(
    name="any",
    title="",
    base="",
    hosts=frozenset(),
    language="",
    utc_offset_minutes=0,
    section_path="",
    feed_path="",
    archive_feed_path="",
    sitemap_path="",
    sections={},
    generations=(),
)
"""Its articles are told apart by their URLs; every field is read by the generic layers."""
