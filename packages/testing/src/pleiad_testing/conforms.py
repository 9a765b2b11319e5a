"""An app is held to its OpenAPI document: schemathesis makes the requests, the test client sends them."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import httpx2

from pleiad_http import MissingDependencyException
from pleiad_testing.client import TestClient
from pleiad_testing.settings import AnyApp

__all__ = ["assert_conforms"]

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def assert_conforms(
    app: AnyApp,
    *,
    document: str | Mapping[str, Any] = "/schema/openapi.json",
    examples: int = 25,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send requests that fit an app's document, and such that do not; hold each answer to the document.

    The same requests are sent each time. Needs `pip install 'pleiad-testing[openapi]'`.

    Args:
        app: Any ASGI app; its lifespan runs.
        document: The document, or the path where the app serves it.
        examples: How many requests of either kind an operation is sent.
        headers: Headers of every request, such as those of a session.

    Raises:
        AssertionError: Every operation whose answer the document does not describe, or which answered
            with a 5xx, each with a request that shows it.
        MissingDependencyException: schemathesis is not installed.
    """
    try:
        schemathesis: Any = import_module("schemathesis")
    except ImportError:
        raise MissingDependencyException("schemathesis", "pleiad-testing[openapi]") from None
    with TestClient(app, headers=headers, follow_redirects=False) as client:
        found = client.get(document).json() if isinstance(document, str) else dict(document)
        schema: Any = schemathesis.openapi.from_dict(found)
        checks = [getattr(schemathesis.checks, name) for name in CHECKS]
        failures: list[str] = []
        for result in schema.get_all_operations():
            operation = result.ok()
            for mode in schemathesis.GenerationMode:
                failure = _failure(client, operation, mode, checks, examples)
                if failure:
                    failures.append(f"{operation.label}: {failure}")
                    break
    if failures:
        raise AssertionError("\n\n".join(failures))


def _failure(client: TestClient, operation: Any, mode: Any, checks: Any, examples: int) -> str:
    """What is wrong with an operation's answers; empty where nothing is."""
    hypothesis: Any = import_module("hypothesis")

    def conform(case: Any) -> None:
        response = _sent(client, case)
        if response is not None:
            case.validate_response(response, checks=checks)

    strategy = operation.as_strategy(generation_mode=mode)
    settings = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        settings(hypothesis.given(strategy)(conform))()
    except hypothesis.errors.Unsatisfiable:
        return ""  # an operation that takes nothing has no wrong request
    except BaseExceptionGroup as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - what the app itself raised
        return f"{type(error).__name__}: {error}"
    return ""


def _sent(client: TestClient, case: Any) -> httpx2.Response | None:
    """The answer to a request; `None` where the client itself refuses to send it."""
    requests: Any = import_module("requests")

    words = case.as_transport_kwargs(base_url=str(client.base_url))
    known = {key: words[key] for key in _REQUEST if key in words}
    try:
        prepared = requests.Request(**known).prepare()
        request = client.build_request(
            str(prepared.method),
            str(prepared.url),
            headers=[(name, value) for name, value in prepared.headers.items()],
            content=prepared.body,
        )
    except (ValueError, httpx2.InvalidURL):
        return None
    return client.send(request)


_REQUEST = ("method", "url", "headers", "files", "data", "params", "auth", "cookies", "json")
