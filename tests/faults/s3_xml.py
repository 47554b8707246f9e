"""The XML documents of the S3 API, as far as the server speaks it."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from tests.faults.s3_objects import PartListed, S3Error

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

Fields = list[tuple[str, "str | Fields"]]
"""Children of an element, in order: text, or children again."""


def document(root: str, fields: Fields) -> bytes:
    """A document whose root has these children."""
    element = ET.Element(root, {"xmlns": _NAMESPACE})
    _fill(element, fields)
    return _text(element)


def error_document(error: S3Error, resource: str) -> bytes:
    """How S3 says no; without a namespace, as Amazon has it."""
    element = ET.Element("Error")
    _fill(element, [("Code", error.code), ("Message", error.message), ("Resource", resource), ("RequestId", "0")])
    return _text(element)


def parts_listed(body: bytes) -> list[PartListed]:
    """The parts that a CompleteMultipartUpload names. Raises `S3Error` 400."""
    try:
        parts = [part for part in ET.fromstring(body) if _name(part) == "Part"]  # noqa: S314  our client
        listed = [PartListed.of({_name(child): child.text or "" for child in part}) for part in parts]
    except (ET.ParseError, KeyError, ValueError):
        raise S3Error(400, "MalformedXML", "The XML you provided was not well-formed.") from None
    if not listed:
        raise S3Error(400, "MalformedXML", "You must specify at least one part.")
    if sorted(part.number for part in listed) != [part.number for part in listed]:
        raise S3Error(400, "InvalidPartOrder", "The list of parts was not in ascending order.")
    return listed


def iso(moment: datetime) -> str:
    """A time as the documents have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _fill(element: ET.Element, fields: Fields) -> None:
    for name, value in fields:
        child = ET.SubElement(element, name)
        if isinstance(value, str):
            child.text = value
        else:
            _fill(child, value)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(element, encoding="unicode").encode()
