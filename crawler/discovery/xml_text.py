"""The text of an XML file from strangers, in pieces: unpacked, decoded, without the declarations that can do harm."""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator

from crawler.errors import NotAnArticleError

MAX_BYTES = 50 << 20
"""Bytes, unpacked, that are read of one source; sitemaps.org's own limit."""

MAX_MEMBERS = 1000
"""Gzip members that are read of one source."""

_PIECE = 1 << 16
_MAGIC = b"\x1f\x8b"
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\x00", "utf-16-le"))
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w-]{1,20})[\"']")
# Codecs that only map bytes to characters: Python knows others (punycode) whose cost a stranger could choose.
_CODECS = re.compile(r"iso-8859-\d+|windows-125\d|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-(jp|kr)")
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG = re.compile(r"(?:[\s\ufeff]|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_HTML = re.compile(r"<!doctype\s+html|<html\b", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!doctype\s[^\[>]*>", re.IGNORECASE)


def xml_text(data: bytes, notes: list[str]) -> Iterator[str]:
    """The document from its root element on; what is wrong with it is added to `notes`.

    The document type is left out, so nothing can be expanded or fetched. Raises `NotAnArticleError` (``not_xml``) for
    HTML, for what is no XML at all, and for a document type that declares something.
    """
    pieces = _decoded(data, notes)
    head = ""
    for piece in pieces:
        head += piece
        if len(head) >= _PIECE:
            break
    head = _without_prolog(head)
    if _HTML.match(head):
        raise NotAnArticleError("not_xml", "it is HTML, not XML: the address may have changed")
    if head[:9].lower() == "<!doctype":
        doctype = _DOCTYPE.match(head)
        if doctype is None:
            raise NotAnArticleError("not_xml", "it declares entities, which no feed or sitemap needs: it was not read")
        head = _without_prolog(head[doctype.end() :])
    if not head.startswith("<") or head.startswith("<!"):
        why = f" ({'; '.join(notes)})" if notes else ""
        raise NotAnArticleError("not_xml", f"it is not XML: the address may have changed{why}")
    yield head
    yield from pieces


def _without_prolog(text: str) -> str:
    match = _PROLOG.match(text)
    return text[match.end() :] if match else text


def _decoded(data: bytes, notes: list[str]) -> Iterator[str]:
    """Text by the byte order mark, else by the encoding that it declares, else as UTF-8; control characters dropped."""
    pieces = _limited(_unpacked(data, notes), notes)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= 1024:
            break
    decoder = codecs.getincrementaldecoder(_codec(head))("replace")
    yield _UNUSABLE.sub("", decoder.decode(head))
    for piece in pieces:
        yield _UNUSABLE.sub("", decoder.decode(piece))
    yield decoder.decode(b"", True)


def _codec(head: bytes) -> str:
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    declared = _DECLARED.search(head[:1024])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    try:
        return codecs.lookup(name).name if _CODECS.fullmatch(name) else "utf-8"
    except LookupError:
        return "utf-8"


def _limited(pieces: Iterable[bytes], notes: list[str]) -> Iterator[bytes]:
    left = MAX_BYTES
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left < 0:
            notes.append(f"more than {MAX_BYTES} bytes; the rest was passed over")
            return


def _unpacked(data: bytes, notes: list[str]) -> Iterator[bytes]:
    """Pieces of the data. Gzip (RFC 1952) is told by its magic number; it may have several members."""
    slices = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    if not data.startswith(_MAGIC):
        yield from slices
        return
    packed, members = zlib.decompressobj(zlib.MAX_WBITS | 16), 1
    try:
        for rest in slices:
            while rest:
                if packed.eof and not rest.startswith(_MAGIC[:1]):  # padding behind the last member
                    return
                if packed.eof and members >= MAX_MEMBERS:
                    notes.append(f"more than {MAX_MEMBERS} gzip members; the rest was passed over")
                    return
                if packed.eof:
                    packed, members = zlib.decompressobj(zlib.MAX_WBITS | 16), members + 1
                yield packed.decompress(rest, _PIECE)
                rest = packed.unused_data if packed.eof else packed.unconsumed_tail
        yield packed.flush()
        if not packed.eof:
            notes.append("the gzip data is cut; what stands before is used")
    except zlib.error as error:
        notes.append(f"its gzip data is damaged ({error}); what stands before is used")
