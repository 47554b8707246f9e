"""Reads the XML of feeds and sitemaps from strangers: bounded, nothing expanded; what stands before a cut is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from crawler.discovery.reading import MAX_LINKS
from crawler.discovery.xml_text import xml_text
from crawler.errors import NotAnArticleError

MAX_ELEMENTS = 1_000_000
"""Elements that are read of one source: twenty for each of its entries."""

MAX_TEXT = 4096
"""Characters that are kept of one field."""

MAX_VALUES = 20
"""Values that are kept of a field that stands more than once."""

_ATTRIBUTES = ("href", "term")


@dataclass(slots=True)
class Entry:
    """An entry of a feed or sitemap."""

    name: str
    """Local name of its element."""
    fields: dict[str, list[str]] = field(default_factory=dict)
    """Values by field, those that are empty left out."""

    def first(self, *names: str) -> str:
        """First value of the first of these fields that has one, else the empty string."""
        return next((self.fields[name][0] for name in names if name in self.fields), "")

    def every(self, *names: str) -> list[str]:
        """All values of these fields."""
        return [value for name in names for value in self.fields.get(name, ())]


@dataclass(frozen=True, slots=True)
class Entries:
    """What a document holds."""

    found: list[Entry]
    """Its entries, in its order."""
    passed_over: int
    """Entries behind the limit."""
    note: str | None
    """What is wrong with the document although it could be read."""


def entries(data: bytes, names: frozenset[str], fields: frozenset[str]) -> Entries:
    """Elements of these local names with these fields.

    A field is a child, ``title``; an attribute of a child, ``link@href``; or a child of a child, ``news/title``. Names
    in another namespace than the entry's have a colon before them, so that ``media:title`` is not its title.
    Raises `NotAnArticleError` (reason ``not_xml``) for what is no XML at all or declares entities.
    """
    notes: list[str] = []
    collector = _Collector(names, fields)
    parser = etree.XMLParser(
        target=collector, encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for piece in xml_text(data, notes):
            parser.feed(piece.encode())
            if collector.elements > MAX_ELEMENTS:
                break
        parser.close()
    except etree.XMLSyntaxError as error:
        if not collector.found:
            raise NotAnArticleError("not_xml", f"it is no XML that can be read ({error})") from error
    if collector.passed_over or collector.elements > MAX_ELEMENTS:
        notes.append(f"more than {MAX_LINKS} entries or {MAX_ELEMENTS} elements; the rest was passed over")
    elif not collector.complete:
        notes.append("the document is cut or broken; what stands before is used")
    elif not collector.found:
        notes.append("it holds no entries")
    return Entries(collector.found, collector.passed_over, "; ".join(dict.fromkeys(notes)) or None)


class _Collector:
    """Takes the parser's events. No tree is built: a document of a million empty elements costs nothing."""

    def __init__(self, names: frozenset[str], fields: frozenset[str]) -> None:
        self.found: list[Entry] = []
        self.passed_over = self.elements = 0
        self.complete = False
        self._names, self._fields = names, fields
        self._entry: Entry | None = None
        self._namespace = self._parent = ""
        self._depth = self._entry_depth = self._field_depth = 0
        self._field: str | None = None
        self._texts: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self.elements += 1
        namespace, _, local = tag.rpartition("}")
        if local in self._names and (self._entry is None or namespace == self._namespace):
            self._finish()  # one that was never closed
            self._entry, self._namespace, self._entry_depth = Entry(local), namespace, self._depth
        elif self._entry is not None and self._field is None and self._depth - self._entry_depth <= 2:
            name = local if namespace == self._namespace else f":{local}"
            if self._depth - self._entry_depth == 1:
                self._parent = name
            else:
                name = f"{self._parent}/{name}"
            self._keep_attributes(name, attributes)
            if name in self._fields:
                self._field, self._field_depth, self._texts = name, self._depth, []

    def data(self, text: str) -> None:
        if self._field is not None and len(self._texts) < MAX_TEXT:
            self._texts.append(text[:MAX_TEXT])

    def end(self, _tag: str) -> None:
        if self._field is not None and self._depth <= self._field_depth:
            self._keep(self._field, "".join(self._texts))
            self._field = None
        if self._entry is not None and self._depth <= self._entry_depth:
            self._finish()
        self._depth -= 1
        self.complete = self._depth == 0

    def close(self) -> None:
        """Nothing to hand over: an entry that is still open was cut."""

    def _finish(self) -> None:
        if self._entry is not None and len(self.found) < MAX_LINKS:
            self.found.append(self._entry)
        elif self._entry is not None:
            self.passed_over += 1
        self._entry = self._field = None

    def _keep_attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("rel", "alternate") == "alternate":  # other links of an Atom entry lead elsewhere
            for attribute in _ATTRIBUTES:
                if f"{name}@{attribute}" in self._fields:
                    self._keep(f"{name}@{attribute}", attributes.get(attribute, ""))

    def _keep(self, name: str, text: str) -> None:
        values = self._entry.fields.setdefault(name, []) if self._entry is not None and text.strip() else None
        if values is not None and len(values) < MAX_VALUES:
            values.append(text.strip()[:MAX_TEXT])
