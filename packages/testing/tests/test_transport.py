import threading

import anyio
import pytest

from pleiad_testing import TestClient


async def endless(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await anyio.sleep_forever()


@pytest.fixture(params=["with", "without"])
def client(request):
    client = TestClient(endless, backend="asyncio", timeout=1)
    return client.__enter__() if request.param == "with" else client


def test_closing_the_client_ends_what_is_still_answered(client):
    before = set(threading.enumerate())
    responses = [client.send(client.build_request("GET", "/"), stream=True) for _ in range(3)]
    client.close()
    assert set(threading.enumerate()) <= before
    for response in responses:
        response.close()


def test_reading_after_the_client_was_closed(client):
    response = client.send(client.build_request("GET", "/"), stream=True)
    client.close()
    with pytest.raises(RuntimeError, match="the event loop of the test client is not running"):
        response.read()


def test_a_closed_response_is_left_only_once(client):
    """An app that ignores its disconnect is told of by the first close; the second does nothing."""
    response = client.send(client.build_request("GET", "/", timeout=0.05), stream=True)
    with pytest.raises(Exception, match="has not ended after its client left"):
        response.stream.close()
    response.stream.close()
    client.close()
