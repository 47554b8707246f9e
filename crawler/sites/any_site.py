"""Any page of any site that newswarc has no file for: nothing is known of it but what pages of news sites share."""

from crawler.sites.site import Site

ANY_SITE = Site(name="any", title="", base="", section_path="")
"""Its articles are told apart by their URLs; every field is read by the generic layers."""
