from collections.abc import Callable
from typing import Any

import pytest

from pleiad_http import (
    BODY,
    DISCONNECTED,
    ClientDisconnected,
    ClientException,
    InternalServerException,
    RequestEntityTooLarge,
    content_length,
    read_body,
    stream_body,
)

pytestmark = pytest.mark.anyio
Scope = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "value",
    ["", "-1", "+3", "1,1", "5, 5", "x", "1.0", "0x10", "1_000", " ", "9" * 30, "\u00b2", "1 2"],
    ids=ascii,
)
def test_a_bad_content_length_is_a_400(value: str, scope: Scope) -> None:
    """python-multipart CVE-2026-53540 and its neighbours."""
    with pytest.raises(ClientException) as caught:
        content_length(scope(("content-length", value)))
    assert caught.value.status_code == 400


def test_content_length(scope: Scope) -> None:
    assert content_length(scope()) is None
    assert content_length(scope(("content-length", "007"))) == 7
    with pytest.raises(ClientException):
        content_length(scope(("content-length", "7"), ("content-length", "7")))


@pytest.mark.parametrize(
    "chunks", [(b"",), (b"abc",), (b"a", b"b", b"c"), (b"", b"abc", b""), (b"ab", b"c")], ids=str
)
async def test_reading(chunks: tuple[bytes, ...], scope: Scope, channel: Any) -> None:
    here, receive = scope(), channel(*chunks)
    assert await read_body(here, receive, 3) == b"".join(chunks)
    assert receive.taken == len(chunks)


async def test_one_message_is_one_receive_and_no_copy(scope: Scope, channel: Any) -> None:
    content = b"x" * 1000
    assert await read_body(scope(), channel(content), 1000) is content


async def test_a_message_may_leave_out_what_has_a_default(scope: Scope) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    assert await read_body(scope(), receive, 0) == b""
    assert [each async for each in stream_body(scope(), receive, 0)] == []


async def test_it_is_read_once_and_kept(scope: Scope, channel: Any) -> None:
    here, receive = scope(), channel(b"ab", b"c")
    for _ in range(2):
        assert await read_body(here, receive, 10) == b"abc"
    assert [each async for each in stream_body(here, receive, 10)] == [b"abc"]
    assert receive.taken == 2
    assert here[BODY] == b"abc"


async def test_the_announced_length_is_refused_before_reading(scope: Scope, channel: Any) -> None:
    here, receive = scope(("content-length", "11")), channel(b"x")
    with pytest.raises(RequestEntityTooLarge, match="10 bytes"):
        await read_body(here, receive, 10)
    with pytest.raises(RequestEntityTooLarge):
        await anext(aiter(stream_body(here, receive, 10)))
    assert receive.taken == 0


@pytest.mark.parametrize(
    "chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 5), (b"x" * 10, b"x"), (b"x",) * 11], ids=len
)
async def test_the_limit_counts_what_arrives(
    chunks: tuple[bytes, ...], scope: Scope, channel: Any
) -> None:
    with pytest.raises(RequestEntityTooLarge):
        await read_body(scope(), channel(*chunks), 10)
    with pytest.raises(RequestEntityTooLarge):
        [each async for each in stream_body(scope(), channel(*chunks), 10)]


async def test_no_more_is_read_than_exceeds_the_limit(scope: Scope, channel: Any) -> None:
    for read in (read_body, lambda *arguments: anext(aiter(stream_body(*arguments)))):
        receive = channel(*[b"x" * 11] * 100)
        with pytest.raises(RequestEntityTooLarge):
            await read(scope(), receive, 10)
        assert receive.taken == 1


async def test_exactly_the_limit_is_allowed(scope: Scope, channel: Any) -> None:
    assert (
        await read_body(scope(("content-length", "10")), channel(b"x" * 5, b"x" * 5), 10)
        == b"x" * 10
    )


async def test_no_limit(scope: Scope, channel: Any) -> None:
    here = scope(("content-length", "30"))
    assert await read_body(here, channel(b"x" * 30), None) == b"x" * 30
    assert await anext(aiter(stream_body(scope(), channel(b"x" * 30), None))) == b"x" * 30


async def test_a_smaller_limit_holds_for_what_was_read_with_a_larger_one(
    scope: Scope, channel: Any
) -> None:
    here, receive = scope(), channel(b"x" * 20)
    await read_body(here, receive, 100)
    with pytest.raises(RequestEntityTooLarge):
        await read_body(here, receive, 10)
    with pytest.raises(RequestEntityTooLarge):
        await anext(aiter(stream_body(here, receive, 10)))


@pytest.mark.parametrize("chunks", [(), (b"a",), (b"a", b"b")], ids=len)
async def test_the_client_leaves(chunks: tuple[bytes, ...], scope: Scope, channel: Any) -> None:
    here = scope()
    for _ in range(2):
        with pytest.raises(ClientDisconnected):
            await read_body(here, channel(*chunks, left=True), 10)
    assert here[DISCONNECTED]
    assert BODY not in here
    with pytest.raises(ClientDisconnected):
        [each async for each in stream_body(scope(), channel(*chunks, left=True), 10)]


async def test_streaming(scope: Scope, channel: Any) -> None:
    here = scope()
    assert [each async for each in stream_body(here, channel(b"a", b"", b"b"), 10)] == [b"a", b"b"]


async def test_what_was_streamed_is_gone(scope: Scope, channel: Any) -> None:
    here, receive = scope(), channel(b"a", b"b")
    stream = stream_body(here, receive, 10)
    assert await anext(aiter(stream)) == b"a"
    with pytest.raises(InternalServerException, match="stream"):
        await read_body(here, receive, 10)
    with pytest.raises(InternalServerException, match="stream"):
        await anext(aiter(stream_body(here, receive, 10)))
    await stream.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 6, b"rest")], ids=len)
async def test_the_rest_of_refused_content_never_passes_for_all_of_it(
    chunks: tuple[bytes, ...], scope: Scope, channel: Any
) -> None:
    here, receive = scope(), channel(*chunks)
    for _ in range(3):
        with pytest.raises(RequestEntityTooLarge, match="10 bytes"):
            await read_body(here, receive, 10)
    here, receive = scope(), channel(*chunks)
    with pytest.raises(RequestEntityTooLarge):
        [each async for each in stream_body(here, receive, 10)]
    with pytest.raises(RequestEntityTooLarge):
        await read_body(here, receive, 10)


async def test_many_small_chunks_are_joined_once(scope: Scope, channel: Any) -> None:
    """aiohttp CVE-2025-69229."""
    assert await read_body(scope(), channel(*[b"x"] * 20_000), None) == b"x" * 20_000


@pytest.mark.parametrize("kept", [False, True], ids=["from the server", "read before"])
async def test_the_contents_type_is_looked_at_first(kept: bool, scope: Scope, channel: Any) -> None:
    here, receive, told = (
        scope(("content-type", "text/x"), ("content-type", "text/y")),
        channel(b"abc"),
        [],
    )
    if kept:
        assert await read_body(here, receive, None, told.append) == b"abc"
        assert told == [b"text/x", b"text/y"]

    def refuse(content_type: bytes) -> None:
        raise ClientException(content_type.decode())

    with pytest.raises(ClientException, match="text/x"):
        await read_body(here, receive, None, refuse)
    assert receive.taken == kept
    assert await read_body(scope(), channel(b"abc"), None, refuse) == b"abc"
