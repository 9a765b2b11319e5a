"""The parser alone: it asks for chunks and gives events, so every cut of the bytes can be tried."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import multipart  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pleiad_http import ClientException, Limits
from pleiad_http.multipart import Head, Mark, multipart_parser

Outcome = list[tuple[str, str | None, str, bytes]] | int
DEFAULT = Limits()
HEAD = b"Content-Disposition: form-data; name="


def outcome(chunks: Iterable[bytes], limits: Limits = DEFAULT, boundary: str = "B") -> Outcome:
    """Name, filename, type and content of each part; or the status of the refusal."""
    found: list[tuple[Head, bytearray]] = []
    waiting = iter([each for each in chunks if each])
    try:
        events = multipart_parser(boundary, limits)
        event = next(events)
        while True:
            if isinstance(event, Head):
                found.append((event, bytearray()))
            elif event is not Mark.MORE:
                found[-1][1].extend(event[0])
            event = events.send(next(waiting, b"")) if event is Mark.MORE else next(events)
    except StopIteration:
        return [(head.name, head.filename, head.content_type, bytes(c)) for head, c in found]
    except ClientException as error:
        return error.status_code


def cut(content: bytes, places: Iterable[int]) -> list[bytes]:
    cuts = [0, *sorted(at % (len(content) + 1) for at in places), len(content)]
    return [content[start:end] for start, end in pairwise(cuts)]


FORM = (
    b"--B\r\n" + HEAD + b'"a"\r\n\r\n1\r\n'
    b"--B\r\n" + HEAD + b'"f"; filename="x.bin"\r\nContent-Type: image/png\r\n\r\n\r\n-\r\n--\r\n'
    b"--B\r\nX-A: b\r\n" + HEAD + b"c;filename=y\r\nContent-Length: 0\r\n\r\n\r\n--B--\r\n"
)
PARTS: Outcome = [
    ("a", None, "", b"1"),
    ("f", "x.bin", "image/png", b"\r\n-\r\n--"),
    ("c", "y", "", b""),
]


def test_a_form() -> None:
    assert outcome([FORM]) == PARTS


@pytest.mark.parametrize("content", [FORM, b"preamble\r\n" + FORM, FORM + b"epilogue\r\n--B\r\n"])
def test_every_cut_in_two_gives_the_same(content: bytes) -> None:
    for at in range(len(content)):
        assert outcome(cut(content, [at])) == PARTS
    assert outcome([bytes([each]) for each in content]) == PARTS


def test_every_truncation_is_a_400() -> None:
    complete = FORM.index(b"--B--") + len(b"--B--")
    for length in range(complete):
        assert outcome([FORM[:length]]) == 400, FORM[:length]
    for length in range(complete, len(FORM)):
        assert outcome([FORM[:length]]) == PARTS


PIECES = [
    *[b"--B", b"\r\n--B", b"\r\n", b"--", b"--B--", b"--B\r\n", b"--Bx", b"--X", b"\r", b"\n"],
    *[HEAD + b'"a"', HEAD + b"a", b"filename=", b'; filename="f"', b";", b'"', b"\\", b"%22"],
    *[b"Content-Type: text/plain", b"Content-Length: 1", b"X: y", b": ", b"x", b" ", b"\x00"],
    *[b"\xff", "ü".encode(), b"y" * 30, b"\r\n\r\n", b"X" * 40 + b": 1"],
]
CONTENTS = st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join)
LIMITS = [DEFAULT, Limits(parts=2, part_headers=2, part_header_size=60), Limits(part_headers=1)]


@given(CONTENTS | CONTENTS.map(lambda c: FORM[:60] + c + FORM), st.lists(st.integers(0)), st.data())
@example(b"xxxxxx--B\r\n" + HEAD + b"a\r\n\r\n1\r\n--B--", [6], None)
@example(b"--B\r\nX: a\nb\r\n" + HEAD + b"a\r\n\r\n1\r\n--B--", [11], None)
def test_no_cut_matters(content: bytes, places: list[int], data: Any) -> None:
    """PyPI's `multipart` 2.0.1 gives another answer for each of the examples, cut and uncut."""
    limits = DEFAULT if data is None else data.draw(st.sampled_from(LIMITS))
    whole = outcome([content], limits)
    assert outcome(cut(content, places), limits) == whole
    assert outcome([bytes([each]) for each in content], limits) == whole


@pytest.mark.parametrize("size", [59, 60, 61])
def test_a_header_at_the_limit(size: int) -> None:
    """However it is cut: not one byte more, not one less."""
    line = b"X: " + b"y" * (size - 3)
    content = b"--B\r\n" + line + b"\r\n" + HEAD + b'"a"\r\n\r\n1\r\n--B--'
    wanted = 413 if size > 60 else [("a", None, "", b"1")]
    for at in range(len(content)):
        assert outcome(cut(content, [at]), Limits(part_header_size=60)) == wanted


NAMES = st.text(st.characters(codec="utf-8", exclude_characters='\x00\r\n"%\\'), max_size=20)


@given(st.lists(st.tuples(NAMES, st.none() | NAMES, st.binary(max_size=200))), st.integers(1, 99))
def test_it_reads_what_pypis_reads(parts: list[tuple[str, str | None, bytes]], size: int) -> None:
    content = b""
    for name, filename, data in parts:
        file = "" if filename is None else f'; filename="{filename}"'
        content += f'--B--B\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        content += data + b"\r\n"
    content += b"--B--B--\r\n"
    parser = multipart.PushMultipartParser("B--B")
    try:
        events = [*parser.parse(content)]
        parser.close()
    except multipart.MultipartError:
        return  # the content holds a boundary by chance
    theirs: list[list[Any]] = []
    for event in events:
        if isinstance(event, multipart.MultipartSegment):
            theirs.append([event.name, event.filename, b""])
        elif event is not None:
            theirs[-1][2] += event
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    ours = outcome(chunks, boundary="B--B")
    assert ours == [(name, filename, "", data) for name, filename, data in theirs]


def part(*headers: bytes, content: bytes = b"1") -> bytes:
    return b"--B\r\n" + b"\r\n".join(headers) + b"\r\n\r\n" + content + b"\r\n--B--"


NAMED = HEAD + b'"a"'


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(part(NAMED, NAMED), 400, id="two dispositions"),
        pytest.param(part(NAMED, b"Content-Type: a/b", b"content-type: c/d"), 400, id="two types"),
        pytest.param(part(NAMED, b" folded"), 400, id="folded"),
        pytest.param(part(NAMED, b"X : y"), 400, id="space before the colon"),
        pytest.param(part(NAMED, b": y"), 400, id="no name"),
        pytest.param(part(NAMED, b"X: a\nY: b"), 400, id="bare LF"),
        pytest.param(part(NAMED, b"X: a\rY: b"), 400, id="bare CR"),
        pytest.param(part(NAMED, b"X: a\x00"), 400, id="NUL"),
        pytest.param(part(HEAD + b'"a\x00"'), 400, id="NUL in the name"),
        pytest.param(part(NAMED, b"Content-Length: 2"), 400, id="longer"),
        pytest.param(part(NAMED, b"Content-Length: -1"), 400, id="negative"),
        pytest.param(part(NAMED, b"Content-Length: 1", b"Content-Length: 1"), 400, id="two lengths"),
        pytest.param(b"--B\r\n\r\n1\r\n--B--", 400, id="no headers"),
        pytest.param(part(b"X: y"), 400, id="no disposition"),
        pytest.param(b"--B \r\n" + NAMED + b"\r\n\r\n1\r\n--B--", 400, id="space after a boundary"),
        pytest.param(part(NAMED, content=b"\r\n--Bx"), 400, id="a boundary's prefix"),
        pytest.param(part(NAMED, *[b"X-%d: y" % n for n in range(5000)]), 413, id="5000 headers"),
        pytest.param(b"--B\r\nX: " + b"y" * 1_000_000, 413, id="a header without end"),
        pytest.param(b"--B\r\n" + b"y" * 1_000_000, 413, id="a header's name without end"),
        pytest.param(b"--B\r\n" + NAMED + b"\r\n\r\n" + b"y" * 99, 400, id="content without end"),
        pytest.param(b"\r\n--" * 100_000, 400, id="no boundary"),
    ],
)  # fmt: skip
def test_refused(content: bytes, status: int) -> None:
    for size in (len(content), 1000, 3):
        chunks = [content[at : at + size] for at in range(0, len(content), size)]
        assert outcome(chunks) == status


def test_a_part_that_says_its_length() -> None:
    assert outcome([part(NAMED, b"Content-Length: 1")]) == [("a", None, "", b"1")]


def test_a_plain_head_is_the_same_as_any() -> None:
    """The fast way reads nothing else than the slow one, which another header makes it take."""
    head = HEAD + '"ü \\\'"; filename="C:\\a;b=c"\r\nContent-Type:  a/b; c="d" '.encode()
    plain, other = (outcome([part(head, *more)]) for more in ((), (b"X: y",)))
    assert plain == other == [("ü \\'", "C:\\a;b=c", 'a/b; c="d"', b"1")]


@pytest.mark.parametrize("unit", [b"\r\n--", b"\r\n--B", b"\r", b"\r\n", b"--B", b"\n"], ids=ascii)
def test_storms_are_linear(unit: bytes, work: Callable[[Callable[[], Any]], int]) -> None:
    """A million bytes that look like boundaries; Werkzeug CVE-2023-46136."""

    def attempt(n: int) -> None:
        content = b"--B\r\n" + NAMED + b"\r\n\r\n" + unit * n + b"\r\n--B--"
        outcome([content[at : at + 1000] for at in range(0, len(content), 1000)])

    once, twice = (work(lambda n=n: attempt(n)) for n in (100_000, 200_000))  # type: ignore[misc]
    assert twice <= 2.2 * once


def test_little_is_kept() -> None:
    """Whatever comes, no more than a delimiter and a head's line wait for the next chunk."""
    events: Any = multipart_parser("B", DEFAULT)
    next(events)
    frame = events.gi_frame
    sent = b"--B\r\n" + NAMED + b"\r\n\r\n" + b"\r\n--" * 1000 + b"\r" * 1000
    for each in sent:
        event = events.send(bytes([each]))
        while event is not Mark.MORE:
            event = next(events)
        assert len(frame.f_locals["self"]._data) <= 60


@pytest.mark.parametrize(
    "boundary", ["", "B" * 201, "é", "a\x00", "a\tb"], ids=lambda b: ascii(b)[:9]
)
def test_boundaries(boundary: str) -> None:
    assert outcome([b""], boundary=boundary) == 400
