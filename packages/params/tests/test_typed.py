"""The decorator, on endpoints of a framework that is not ours."""

import asyncio
from types import SimpleNamespace
from typing import Annotated, Any

import pytest

from pleiad_di import DependencyErrors
from pleiad_http import (
    ClientException,
    Limits,
    RequestEntityTooLarge,
    ValidationException,
    error_body,
)
from pleiad_params import Parameter, typed


def request(query: bytes = b"", body: bytes = b"", **path: Any) -> Any:
    messages = [{"type": "http.request", "body": body}]

    async def receive() -> Any:
        return messages.pop()

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/x",
        "headers": [],
        "query_string": query,
        "path_params": path,
    }
    return SimpleNamespace(scope=scope, receive=receive)


@typed(path=["number"])
async def endpoint(request: Any, number: int, page: Annotated[int, Parameter(ge=1)] = 1) -> Any:
    """What it does."""
    return request.scope["path"], number, page


@pytest.mark.parametrize("number", ["5", 5])
def test_values_arrive(number: Any) -> None:
    assert asyncio.run(endpoint(request(b"page=2", number=number))) == ("/x", 5, 2)


def test_it_looks_like_the_endpoint() -> None:
    assert (endpoint.__name__, endpoint.__doc__) == ("endpoint", "What it does.")


def test_a_bad_request_is_raised_or_answered() -> None:
    with pytest.raises(ValidationException):
        asyncio.run(endpoint(request(b"page=0", number="x")))

    @typed(on_error=lambda request, error: error_body(error))
    async def answering(request: Any, page: int) -> Any:
        return page

    assert asyncio.run(answering(request()))["status_code"] == 400


def test_a_sync_endpoint_and_a_body() -> None:
    @typed(limits=Limits(body=9))
    def endpoint(request: Any, data: dict[str, int]) -> Any:
        return data

    assert asyncio.run(endpoint(request(body=b'{"a":1}'))) == {"a": 1}
    with pytest.raises(RequestEntityTooLarge):
        asyncio.run(endpoint(request(body=b'{"a":100000}')))
    with pytest.raises(ClientException):
        asyncio.run(endpoint(request(body=b"[]")))


def test_a_wrong_endpoint_is_refused_when_decorated() -> None:
    with pytest.raises(DependencyErrors, match="parameter 'user: dict' is provided by nothing"):

        @typed()
        async def endpoint(request: Any, user: dict) -> None: ...  # type: ignore[type-arg]
