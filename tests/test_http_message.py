"""HTTP messages are taken apart by their framing, and no bytes whatever can upset the reader."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.http_message import final_response, parse_response, without_fields

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
CREDENTIALS = frozenset({b"authorization", b"proxy-authorization"})

line_bytes = st.binary(max_size=20).map(lambda text: text.translate(None, b"\r\n"))
"""What may stand in a line: anything but its end."""
names = st.from_regex(rb"X-[A-Za-z0-9-]{1,10}", fullmatch=True)
field_lines = st.builds(lambda name, value: name + b": " + value + b"\r\n", names, line_bytes)
folded_lines = st.builds(
    lambda line, folds: line + b"".join(b" " + fold + b"\r\n" for fold in folds),
    field_lines,
    st.lists(line_bytes.filter(bytes.strip), max_size=2),
)
chunks = st.builds(
    lambda data, zeros, extension: (b"0" * zeros + b"%X" % len(data) + extension + b"\r\n" + data + b"\r\n", data),
    st.binary(min_size=1, max_size=40),
    st.integers(0, 3),
    st.one_of(st.just(b""), line_bytes.map(lambda text: b";" + text)),
)
interim = st.builds(
    lambda status, lines: b"HTTP/1.1 %d Wait\r\n" % status + b"".join(lines) + b"\r\n",
    st.sampled_from([100, 102, 103]),
    st.lists(field_lines, max_size=2),
)


@st.composite
def chunked(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A chunked body with extensions and trailers, and its data."""
    parts = draw(st.lists(chunks, max_size=5))
    trailers = draw(st.lists(field_lines, max_size=2))
    framed = b"".join(frame for frame, _ in parts) + b"0\r\n" + b"".join(trailers) + b"\r\n"
    return framed, b"".join(data for _, data in parts)


@given(body=chunked(), surplus=st.binary(max_size=10))
def test_any_chunking_gives_its_data_and_ends_where_it_ends(body: tuple[bytes, bytes], surplus: bytes) -> None:
    framed, data = body
    message = parse_response(CHUNKED + framed + surplus)
    assert (message.body, message.payload, message.complete, message.surplus) == (framed, data, True, len(surplus))


@given(body=chunked(), data=st.data())
def test_a_chunked_body_that_is_cut_is_never_complete_and_gives_what_came(
    body: tuple[bytes, bytes], data: st.DataObject
) -> None:
    framed, whole = body
    cut = data.draw(st.integers(0, len(framed) - 1))
    message = parse_response(CHUNKED + framed[:cut])
    assert not message.complete
    assert message.body == framed[:cut]
    assert whole.startswith(message.payload)


@given(payload=st.binary(max_size=60), surplus=st.binary(max_size=10), data=st.data())
def test_content_length_frames_the_body_and_a_cut_message_is_never_complete(
    payload: bytes, surplus: bytes, data: st.DataObject
) -> None:
    raw = OK + b"Content-Length: %d\r\n\r\n" % len(payload) + payload
    message = parse_response(raw + surplus)
    assert (message.body, message.payload, message.complete) == (payload, payload, True)
    assert message.surplus == len(surplus)
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    assert not parse_response(cut).complete


@given(payload=st.binary(max_size=60))
def test_without_framing_everything_to_the_end_is_the_body(payload: bytes) -> None:
    message = parse_response(b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + payload)
    assert (message.payload, message.complete, message.surplus) == (payload, True, 0)


@given(early=st.lists(interim, max_size=3), rest=st.binary(max_size=40))
def test_interim_responses_are_taken_off_and_nothing_else(early: list[bytes], rest: bytes) -> None:
    final = OK + b"Content-Length: 3\r\n\r\n" + rest
    assert final_response(b"".join(early) + final) == final


def test_switching_protocols_is_a_final_response() -> None:
    raw = b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x00\x01"
    assert final_response(raw) == raw


@given(
    before=st.lists(folded_lines, max_size=3),
    secret=st.tuples(st.sampled_from([b"Authorization", b"proxy-AUTHORIZATION", b"authorization "]), folded_lines),
    after=st.lists(folded_lines, max_size=3),
    body=st.binary(max_size=40),
)
def test_named_fields_are_cut_with_their_folds_and_nothing_else(
    before: list[bytes], secret: tuple[bytes, bytes], after: list[bytes], body: bytes
) -> None:
    name, line = secret
    secret_lines = name + line[line.index(b":") :]
    body = b"Authorization: in the body\r\n\r\n" + body
    around = [b"POST / HTTP/1.1\r\n", *before, secret_lines, *after, b"\r\n", body]
    kept, cut = without_fields(b"".join(around), CREDENTIALS)
    assert kept == b"".join(part for part in around if part is not secret_lines)
    assert cut == (name.strip().decode(),)


@given(raw=st.binary(max_size=200))
def test_a_message_without_the_named_fields_stays_as_it_is(raw: bytes) -> None:
    assert without_fields(raw, frozenset({b"\x00no such name"})) == (raw, ())


@given(
    prefix=st.sampled_from([b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n", OK + b"Content-Length: "]),
    raw=st.binary(max_size=200),
    method=st.sampled_from(["GET", "HEAD", "POST"]),
)
def test_arbitrary_bytes_never_raise_and_none_are_lost(prefix: bytes, raw: bytes, method: str) -> None:
    data = prefix + raw
    assert data.endswith(final_response(data))
    message = parse_response(data, method)
    assert message.head + message.body + data[message.end :] == data
    assert message.surplus == len(data) - message.end
    assert 0 <= message.status <= 999


@pytest.mark.parametrize(
    ("head", "method"),
    [
        (b"HTTP/1.1 204 No Content\r\n", "GET"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n", "GET"),
        (OK + b"Content-Length: 5\r\n", "HEAD"),
    ],
)
def test_some_responses_have_no_body_whatever_their_head_says(head: bytes, method: str) -> None:
    message = parse_response(head + b"\r\nhello", method)
    assert (message.body, message.complete, message.surplus) == (b"", True, 5)


@pytest.mark.parametrize(
    ("fields", "payload", "complete"),
    [
        (b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"abcde", True),
        (b"transfer-encoding:\tCHUNKED \r\n", b"abcde", True),
        (b"Transfer-Encoding: chunked, gzip\r\n", b"5\r\nabcde\r\n0\r\n\r\n", True),
        (b"Content-Length: 5\r\nContent-Length: 5\r\n", b"5\r\nab", True),
        (b"Content-Length: 5, 5\r\n", b"5\r\nab", True),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", b"5\r\nabcde\r\n0\r\n\r\n", True),
        (b"Content-Length: -5\r\n", b"5\r\nabcde\r\n0\r\n\r\n", True),
        (b"Content-Length: 99\r\n", b"5\r\nabcde\r\n0\r\n\r\n", False),
    ],
)
def test_transfer_encoding_wins_over_content_length(fields: bytes, payload: bytes, complete: bool) -> None:
    message = parse_response(OK + fields + b"\r\n5\r\nabcde\r\n0\r\n\r\n")
    assert (message.payload, message.complete) == (payload, complete)


@pytest.mark.parametrize("size", [b"f" * 16, b"1" + b"0" * 16, b"-1", b"+1", b"0x1", b"1 1", b"", b";1"])
def test_a_chunk_size_that_cannot_be_is_never_complete(size: bytes) -> None:
    raw = size + b"\r\na\r\n0\r\n\r\n"
    message = parse_response(CHUNKED + raw)
    assert (message.body, message.complete) == (raw, False)


@pytest.mark.parametrize(
    ("framed", "decorated"),
    [
        (b"5\r\nabcde\r\n0\r\n\r\n", False),
        (b"0\r\n\r\n", False),
        (b"5;a=b\r\nabcde\r\n0\r\n\r\n", True),
        (b"5\r\nabcde\r\n0;last\r\n\r\n", True),
        (b"5\r\nabcde\r\n0\r\nX-Sum: 1\r\n\r\n", True),
        (b"005\r\nabcde\r\n0\r\n\r\n", True),
    ],
)
def test_framing_that_says_more_than_the_payload_is_noticed(framed: bytes, decorated: bool) -> None:
    message = parse_response(CHUNKED + framed)
    assert (message.complete, message.decorated) == (True, decorated)


@given(body=chunked(), other=st.binary(max_size=5))
def test_a_payload_is_compared_and_digested_without_being_put_together(body: tuple[bytes, bytes], other: bytes) -> None:
    framed, data = body
    message = parse_response(CHUNKED + framed)
    assert message.payload_is(data)
    assert message.payload_is(data + other) == (not other)
    assert message.payload_digest() == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))


def test_a_head_of_folds_is_read_in_linear_time() -> None:
    message = parse_response(OK + b"X-Folded: a\r\n" + b" b\r\n" * 200_000 + b"\r\n")
    assert message.value(b"x-folded") == b"a" + b" b" * 200_000


def test_fields_are_read_in_order_folds_joined_and_names_found_in_any_case() -> None:
    message = parse_response(OK + b"Set-Cookie: a=1\r\nno header\r\nset-COOKIE:  b=2 \r\n\tmore\r\nX-Empty:\r\n\r\n")
    assert message.fields == ((b"Set-Cookie", b"a=1"), (b"set-COOKIE", b"b=2 more"), (b"X-Empty", b""))
    assert message.values(b"SET-cookie") == [b"a=1", b"b=2 more"]
    assert message.value(b"set-cookie") == b"b=2 more"
    assert message.value(b"absent") is None


@pytest.mark.parametrize(
    ("line", "status"), [(b"HTTP/1.1 200", 200), (b"HTTP/1.1 404 Nicht da \xe4", 404), (b"nonsense", 0), (b"A 20 B", 0)]
)
def test_the_status_is_read_from_odd_status_lines(line: bytes, status: int) -> None:
    message = parse_response(line + b"\r\n\r\n")
    assert (message.start_line, message.status) == (line, status)
