"""The client leaves while work is done for it."""

import anyio
import pytest

from pleiad_http import stream_body, until_disconnect
from pleiad_http.body import BODY, DISCONNECTED, is_body_read

pytestmark = pytest.mark.anyio


def scope_of(method="GET", headers=(), version="1.1", **more):
    return {
        "type": "http",
        "method": method,
        "headers": list(headers),
        "http_version": version,
        **more,
    }


def receiving(*messages):
    """Give what the server sends, then wait for ever."""
    left = list(messages)

    async def receive():
        if left:
            return left.pop(0)
        return await anyio.sleep_forever()

    return receive


async def test_body_is_cancelled_and_goes_on_after():
    scope = scope_of()
    with anyio.fail_after(5):
        async with until_disconnect(scope, receiving({"type": "http.disconnect"})) as watch:
            await anyio.sleep_forever()
    assert watch.left
    assert scope[DISCONNECTED]


async def test_who_stays_is_not_seen_to_leave():
    async with until_disconnect(scope_of(), receiving()) as watch:
        await anyio.sleep(0)
    assert (watch.left, watch.watched) == (False, True)


async def test_exception_passes_in_no_group():
    with pytest.raises(KeyError, match="own"):
        async with until_disconnect(scope_of(), receiving()):
            raise KeyError("own")


async def test_cancellation_from_outside_passes():
    with anyio.move_on_after(0.01) as outer:
        async with until_disconnect(scope_of(), receiving()):
            await anyio.sleep_forever()
    assert outer.cancelled_caught


async def test_content_is_left_to_its_reader():
    scope = scope_of("POST", [(b"content-length", b"3")])
    receive = receiving({"type": "http.request", "body": b"abc"})
    async with until_disconnect(scope, receive) as watch:
        chunks = [chunk async for chunk in stream_body(scope, receive, None)]
    assert (watch.watched, chunks) == (False, [b"abc"])
    assert is_body_read(scope)


@pytest.mark.parametrize(
    ("scope", "read"),
    [
        pytest.param(scope_of(), True, id="GET"),
        pytest.param(scope_of("POST"), True, id="POST, nothing announced"),
        pytest.param(scope_of("POST", version="2"), False, id="HTTP/2 need not announce"),
        pytest.param(
            scope_of("POST", [(b"content-length", b"0")], "2"), True, id="HTTP/2, nothing said"
        ),
        pytest.param(scope_of("POST", [(b"content-length", b"5")]), False, id="content"),
        pytest.param(scope_of("POST", [(b"transfer-encoding", b"chunked")]), False, id="chunked"),
        pytest.param(
            scope_of("POST", [(b"content-length", b"5")], **{BODY: b"abcde"}), True, id="read"
        ),
    ],
)
def test_is_body_read(scope, read):
    assert is_body_read(scope) is read
