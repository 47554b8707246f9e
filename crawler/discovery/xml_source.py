"""Reads the XML of feeds and sitemaps from strangers: no entities, no files, bounded size; what is cut is kept."""

import zlib
from collections.abc import Iterator

from lxml import etree

from crawler.errors import NotAnArticleError

MAX_BYTES = 50 << 20
"""Bytes, unpacked, that are read of one source; sitemaps.org's own limit."""


def entries(data: bytes, names: frozenset[str]) -> tuple[list[dict[str, str]], str | None]:
    """Elements of these local names, each as a mapping of its children's local names to their texts.

    The attributes `href` and `term` of children are kept as ``name@href``. Returns a note where the document is cut
    or broken. Raises `NotAnArticleError` (reason ``not_xml``) for what is no XML at all or declares entities.
    """
    data, note = _unpacked(data)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not start.startswith(b"<") or start[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise NotAnArticleError("not_xml", "it is not XML: the address may have changed")
    if b"<!ENTITY" in start[:100_000]:
        raise NotAnArticleError("not_xml", "it declares entities, which no feed or sitemap needs: it was not read")
    parser = etree.XMLPullParser(
        events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    found: list[dict[str, str]] = []
    try:
        for chunk in range(0, len(start), 1 << 16):
            parser.feed(start[chunk : chunk + (1 << 16)].replace(b"\x00", b""))
            found.extend(_finished(parser, names))
        parser.close()
        found.extend(_finished(parser, names))
    except etree.XMLSyntaxError as error:
        if not found:
            raise NotAnArticleError("not_xml", f"it is no XML that can be read ({error})") from error
        note = "the document is cut or broken; what stands before is used"
    if note is None and start.rstrip()[-1:] != b">":
        note = "the document is cut; what stands before is used"
    return found, note


def _finished(parser: "etree.XMLPullParser", names: frozenset[str]) -> Iterator[dict[str, str]]:
    for _, element in parser.read_events():
        if isinstance(element.tag, str) and etree.QName(element).localname in names:
            yield dict(_children(element))
            element.clear(keep_tail=False)
            while element.getprevious() is not None:  # read and done with: memory stays flat
                del element.getparent()[0]


def _children(element: "etree._Element") -> Iterator[tuple[str, str]]:
    for child in element.iterdescendants():
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
            yield name, (child.text or "").strip()
            for attribute in ("href", "term"):
                if value := child.get(attribute):
                    yield f"{name}@{attribute}", value


def _unpacked(data: bytes) -> tuple[bytes, str | None]:
    """Gzip is told by its magic number; more than the limit is cut off."""
    note = None
    if data.startswith(b"\x1f\x8b"):
        packed = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            data = packed.decompress(data, MAX_BYTES + 1)
        except zlib.error as error:
            raise NotAnArticleError("not_xml", f"its gzip data is damaged ({error})") from error
        note = None if packed.eof else "the gzip data is cut; what stands before is used"
    if len(data) > MAX_BYTES:
        return data[:MAX_BYTES], f"more than {MAX_BYTES} bytes; the rest was passed over"
    return data, note
