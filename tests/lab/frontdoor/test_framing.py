"""What comes over the wire, in any cut: WebSocket frames, HTTP heads and bodies, forms; and what is too much of it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.lab.frontdoor.http1 import BadRequest, Body, read_head
from console.lab.frontdoor.multipart import BadForm, FormReader, boundary_of
from console.lab.frontdoor.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    BadFrame,
    Message,
    MessageReader,
    accept_key,
    encode,
)

MOST = 70_000


def cuts(data: bytes, places: list[int]) -> list[bytes]:
    """The same bytes in pieces."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


payloads = st.one_of(st.binary(max_size=200), st.integers(0, 66_000).map(bytes))
places = st.lists(st.integers(0, 10**6), max_size=12)


@given(
    st.lists(st.tuples(payloads, st.sampled_from([TEXT, BINARY]), st.none() | st.binary(min_size=4, max_size=4))),
    places,
)
def test_messages_come_out_as_they_went_in_whatever_the_cuts(sent, where):
    stream = b"".join(encode(payload, opcode, mask) for payload, opcode, mask in sent)
    reader = MessageReader(MOST)
    got = [message for piece in cuts(stream, where) for message in reader.feed(piece)]
    assert got == [Message(opcode, payload) for payload, opcode, _ in sent]
    assert reader.held == 0


@given(st.lists(st.binary(max_size=50), min_size=2, max_size=6), places)
def test_fragments_make_one_message_with_control_frames_in_between(parts, where):
    frames = [encode(part, CONTINUATION if number else BINARY) for number, part in enumerate(parts)]
    frames = [bytes((frame[0] & 0x7F,)) + frame[1:] for frame in frames[:-1]] + frames[-1:]
    reader = MessageReader(MOST)
    got = [message for piece in cuts(encode(b"hi", PING).join(frames), where) for message in reader.feed(piece)]
    assert [message for message in got if message.opcode == PING] == [Message(PING, b"hi")] * (len(parts) - 1)
    assert got[-1] == Message(BINARY, b"".join(parts))


@given(st.binary(max_size=400), places)
def test_rubbish_is_refused_or_waited_for_and_never_grows(data, where):
    reader = MessageReader(1000)
    try:
        for piece in cuts(data, where):
            list(reader.feed(piece))
    except BadFrame:
        return
    assert reader.held <= len(data) * 65


@pytest.mark.parametrize(
    "frame",
    [
        b"\x82\x7f" + (64 * 2**20).to_bytes(8),
        b"\x82\x7e" + (1001).to_bytes(2),
        b"\xc2\x01x",
        b"\x09\x00",
        b"\x89\x7e\x00\x7e",
        b"\x88\x7f" + bytes(8),
        b"\x02\x00" * 17,
    ],
    ids=["64 MB", "over the cap", "compressed", "ping in parts", "long ping", "long close", "endless empty fragments"],
)
def test_what_is_too_much_is_refused_at_its_head(frame: bytes):
    with pytest.raises(BadFrame):
        list(MessageReader(1000).feed(frame))


def test_a_close_may_have_a_payload_and_an_orphaned_continuation_is_a_message():
    assert list(MessageReader(10).feed(b"\x88\x02\x03\xe8\x80\x01e")) == [
        Message(CLOSE, b"\x03\xe8"),
        Message(CONTINUATION, b"e"),
    ]


def test_the_accept_key_is_the_one_of_the_standard():
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


# HTTP


def test_a_head_in_any_case_and_behind_an_empty_line():
    buffer = bytearray(
        b"\r\nGET /v1/?x=1 HTTP/1.1\r\nhOST: a\r\nConnection: keep-alive, upgrade\r\nUPGRADE: WebSocket\r\n\r\nrest"
    )
    head = read_head(buffer)
    assert head is not None
    assert (head.method, head.path, head.query, head.headers["host"]) == ("GET", "/v1/", "x=1", "a")
    assert head.wants("websocket")
    assert head.keep_alive
    assert buffer == b"rest"


@pytest.mark.parametrize(
    "head",
    [
        b"x" * 16_384,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100 + b"\r\n",
        b"GET /\r\n\r\n",
        b"BREW / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nname : value\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n",
    ],
    ids=["no end", "TLS", "too many", "0.9", "method", "no colon", "blank in name", "two lengths"],
)
def test_a_head_that_is_none_is_refused(head: bytes):
    with pytest.raises(BadRequest):
        read_head(bytearray(head))


def head_with(*lines: str):
    head = read_head(bytearray("\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode()))
    assert head is not None
    return head


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8), st.booleans(), places)
def test_a_body_ends_where_it_says_and_what_follows_is_left(pieces, chunked, where):
    if chunked:
        sent = b"".join(b"%X;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nTrailer: x\r\n\r\n"
        body = Body(head_with("Transfer-Encoding: chunked"))
    else:
        sent = b"".join(pieces)
        body = Body(head_with(f"Content-Length: {len(sent)}"))
    buffer, got = bytearray(), b""
    for piece in cuts(sent + b"NEXT", where):
        buffer += piece
        got += body.take(buffer)
    assert got == b"".join(pieces)
    assert body.done
    assert buffer == b"NEXT"


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        (["Transfer-Encoding: chunked", "Content-Length: 3"], b""),
        (["Transfer-Encoding: gzip"], b""),
        (["Content-Length: -1"], b""),
        (["Transfer-Encoding: chunked"], b"xyz\r\n"),
        (["Transfer-Encoding: chunked"], b"1\r\nab\r\n"),
        (["Transfer-Encoding: chunked"], b"fffffffff\r\n"),
        (["Transfer-Encoding: chunked"], b"1" * 2000),
    ],
)
def test_a_body_that_contradicts_itself_is_refused(lines: list[str], sent: bytes):
    with pytest.raises(BadRequest):
        Body(head_with(*lines)).take(bytearray(sent))


# Forms

BOUNDARY = b"1234567890ABCDEFGHIJ"
names = st.text("abcdu", min_size=1, max_size=3)


@given(st.lists(st.tuples(names, st.binary(max_size=80)), max_size=6), places, st.booleans())
def test_a_form_comes_apart_as_it_was_put_together(parts, where, crlf_first):
    delimiter = b"\r\n--" + BOUNDARY
    parts = [(name, value.replace(delimiter, b"")) for name, value in parts]
    sent = b"".join(
        delimiter + b'\r\nContent-Disposition: form-data; name="%s"\r\nX: y\r\n\r\n%s' % (name.encode(), value)
        for name, value in parts
    )
    sent = (sent + delimiter + b"--\r\nepilogue")[0 if crlf_first else 2 :]
    reader, got = FormReader(BOUNDARY), []
    for piece in cuts(sent, where):
        for name, data, starts in reader.feed(piece):
            if starts:
                got.append((name, b""))
            got[-1] = (name, got[-1][1] + data)
    assert got == parts
    assert reader.ended


def test_a_form_without_end_or_sense_is_refused():
    with pytest.raises(BadForm):
        boundary_of("multipart/form-data")
    assert boundary_of("application/x-www-form-urlencoded") is None
    assert boundary_of('Multipart/Form-Data; charset=x; boundary="a b"') == b"a b"
    for sent in (b"--B\r\n" + b"x" * 9000, b"--Bx\r\n", b"--B\r\n\r\n\r\n" * 70):
        with pytest.raises(BadForm):
            FormReader(b"B").feed(sent)
