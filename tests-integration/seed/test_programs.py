"""Every program of the seed that speaks HTTP, through the test client and under a real uvicorn.

One table: the requests in their order, and the exact answers. `text/` holds the programs as the
seed prints them, `programs/` the same with the import renamed.
"""

import json
import re
import signal
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from server_process import uvicorn

from pleiad.testing import TestClient

HERE = Path(__file__).resolve().parent
COMPLETING = "  # completing line\n"
STOPPED = {0, -signal.SIGTERM}  # uvicorn ends by the signal itself, its shutdown complete


class Containing(str):
    """Equal to every text it is in: validators' own wording is not the seed's."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other):
        return isinstance(other, str) and str(self) in other


class Ask(NamedTuple):
    """One request and what comes back. `answer` is JSON, or None for an empty body."""

    method: str
    path: str
    status: int
    answer: object = None
    json: object = None
    content: bytes | None = None
    headers: dict[str, str] = {}  # noqa: RUF012
    allow: frozenset[str] = frozenset()


def error(status, detail, **more):
    return {"status_code": status, "detail": detail, **more}


def invalid(request, *problems):
    """Give the body of a 400: the wrong fields, each `(key, source, words of the message)`."""
    extra = [
        {"message": Containing(words), "key": key, "source": source}
        for key, source, words in problems
    ]
    return error(400, f"Validation failed for {request}", extra=extra)


NOT_FOUND = error(404, "Not Found")
NOT_ALLOWED = error(405, "Method Not Allowed")
JSON = {"content-type": "application/json"}

WIDGET = {"id": 1, "name": "Widget", "price": 9.99}
GADGET = {"id": 1, "name": "Gadget", "price": 5.0}
FOUND = {"category": "books", "query": "python", "page": 2, "limit": 20, "sort": "title"}
ALICE = {"username": "alice", "email": "alice@example.com", "age": 30}

PROGRAMS = {
    "quick_example": [
        Ask(
            "GET",
            "/hello/Alice",
            200,
            {"message": "Hello, Alice!"},
            headers={**JSON, "content-length": "27"},
        ),
        Ask("GET", "/hello/Alice/", 200, {"message": "Hello, Alice!"}),
        Ask("GET", "/hello/Zo%C3%AB%20B", 200, {"message": "Hello, Zoë B!"}),
        Ask("HEAD", "/hello/Alice", 200, headers={**JSON, "content-length": "27"}),
        Ask("OPTIONS", "/hello/Alice", 204, allow=frozenset({"GET", "HEAD", "OPTIONS"})),
        Ask(
            "POST",
            "/hello/Alice",
            405,
            NOT_ALLOWED,
            headers=JSON,
            allow=frozenset({"GET", "HEAD", "OPTIONS"}),
        ),
        Ask("GET", "/hello", 404, NOT_FOUND, headers=JSON),
        Ask("GET", "/hello/Alice/Bob", 404, NOT_FOUND),
        Ask("GET", "/", 404, NOT_FOUND),
    ],
    "crud": [
        Ask("GET", "/items", 200, []),
        Ask("POST", "/items", 201, WIDGET, json={"name": "Widget", "price": 9.99}, headers=JSON),
        Ask("GET", "/items/1", 200, WIDGET),
        Ask("GET", "/items", 200, [WIDGET]),
        Ask("PUT", "/items/1", 200, GADGET, json={"name": "Gadget", "price": 5}),
        Ask("GET", "/items/1", 200, GADGET),
        Ask("GET", "/items/9", 404, error(404, "Item 9 not found")),
        Ask("PUT", "/items/9", 404, error(404, "Item 9 not found"), json={"name": "x", "price": 1}),
        Ask("GET", "/items/one", 404, NOT_FOUND),
        Ask(
            "POST",
            "/items",
            400,
            invalid("POST /items", ("name", "body", "required"), ("price", "body", "number")),
            json={"price": "dear"},
        ),
        Ask(
            "PATCH", "/items", 405, NOT_ALLOWED, allow=frozenset({"GET", "HEAD", "OPTIONS", "POST"})
        ),
        Ask("DELETE", "/items/1", 204),
        Ask("DELETE", "/items/1", 204),
        Ask("GET", "/items", 200, []),
        Ask("POST", "/items", 201, {**WIDGET, "id": 2}, json={"name": "Widget", "price": 9.99}),
    ],
    "search": [
        Ask("GET", "/search/books?query=python&page=2&sort=title", 200, FOUND, headers=JSON),
        Ask("GET", "/search/books?query=python", 200, {**FOUND, "page": 1, "sort": None}),
        Ask(
            "GET",
            "/search/a%20b?query=c%26d+e&limit=-1",
            200,
            {"category": "a b", "query": "c&d e", "page": 1, "limit": -1, "sort": None},
        ),
        Ask(
            "GET",
            "/search/books",
            400,
            invalid("GET /search/books", ("query", "query", "")),
            headers=JSON,
        ),
        Ask(
            "GET",
            "/search/books?page=two&limit=1.5",
            400,
            invalid(
                "GET /search/books",
                ("query", "query", ""),
                ("page", "query", ""),
                ("limit", "query", ""),
            ),
        ),
        Ask("GET", "/search?query=python", 404, NOT_FOUND),
    ],
    "users": [
        Ask(
            "POST",
            "/users",
            201,
            {"id": 1, "username": "alice", "email": "alice@example.com"},
            json=ALICE,
            headers=JSON,
        ),
        Ask(
            "POST",
            "/users",
            400,
            invalid("POST /users", ("age", "body", "Invalid age")),
            json={**ALICE, "age": 151},
        ),
        Ask(
            "POST",
            "/users",
            400,
            invalid("POST /users", ("email", "body", "required"), ("age", "body", "integer")),
            json={"username": "alice", "age": "old"},
        ),
        Ask("POST", "/users", 400, error(400, Containing("")), content=b'{"username"'),
        Ask("POST", "/users", 400, error(400, Containing("")), content=b""),
        Ask("POST", "/users", 400, error(400, Containing("")), json=[ALICE]),
        Ask("GET", "/users", 405, NOT_ALLOWED, allow=frozenset({"OPTIONS", "POST"})),
    ],
    "dependencies": [
        Ask("GET", "/profile", 200, {"id": 1, "name": "Alice Dev", "role": "admin"}, headers=JSON),
        Ask(
            "GET",
            "/profile?db=1&current_user=2",
            200,
            {"id": 1, "name": "Alice Dev", "role": "admin"},
        ),
    ],
    "timing": [
        Ask("GET", "/ping", 200, {"status": "ok"}, headers=JSON),
        Ask("GET", "/missing", 404, NOT_FOUND),
    ],
    "exception_handlers": [
        Ask("GET", "/items/5", 200, {"id": 5}),
        Ask("GET", "/items/0", 404, {"detail": "Item not found", "path": "/items/0"}, headers=JSON),
        Ask("GET", "/nowhere", 404, {"detail": "Not Found", "path": "/nowhere"}),
        Ask("GET", "/items/five", 404, {"detail": "Not Found", "path": "/items/five"}),
        Ask("DELETE", "/items/5", 405, NOT_ALLOWED, allow=frozenset({"GET", "HEAD", "OPTIONS"})),
    ],
    "routers": [
        Ask("GET", "/users/7", 200, {"id": 7, "name": "Alice Dev"}),
        Ask("POST", "/users", 201, {"id": 99, "name": "Bob"}, json={"name": "Bob"}, headers=JSON),
        Ask("POST", "/users/", 201, {"id": 1, "x": [None]}, json={"id": 1, "x": [None]}),
        Ask("POST", "/users", 400, error(400, Containing("")), json=["no", "dict"]),
        Ask("GET", "/users", 405, NOT_ALLOWED, allow=frozenset({"OPTIONS", "POST"})),
        Ask("GET", "/users/alice", 404, NOT_FOUND),
    ],
}


def answer_of(response):
    return json.loads(response.content) if response.content else None


def put_all(asks, client):
    """Put every request to a client and compare, the request named where an answer is wrong."""
    for ask in asks:
        sent = (
            {"json": ask.json}
            if ask.content is None and ask.json is not None
            else {"content": ask.content}
        )
        response = client.request(ask.method, ask.path, **sent)
        request = f"{ask.method} {ask.path}"
        answer = answer_of(response)
        if isinstance(answer, dict) and isinstance(ask.answer, dict) and "extra" not in ask.answer:
            answer.pop("extra", None)
        assert (request, response.status_code, answer) == (request, ask.status, ask.answer)
        got = {name: response.headers.get(name) for name in ask.headers}
        assert (request, got) == (request, ask.headers)
        allow = response.headers.get("allow", "")
        assert (request, {m.strip() for m in allow.split(",") if m}) == (request, ask.allow)


@pytest.mark.parametrize("name", PROGRAMS)
def test_text_is_the_seeds_but_for_the_import(name, programs):
    text = (HERE / "text" / f"{name}.txt").read_text()
    program = (programs / f"{name}.py").read_text().splitlines(keepends=True)
    kept = "".join(line for line in program if not line.endswith(COMPLETING))
    assert kept.rstrip() == renamed(text).rstrip()
    assert len(program) - len(kept.splitlines()) <= 2


def renamed(text):
    return re.sub(r"^( *)from litestar\b", r"\1from pleiad", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", PROGRAMS)
def test_through_the_test_client(name, load):
    with TestClient(load(name).app) as client:
        put_all(PROGRAMS[name], client)


@pytest.mark.parametrize("name", PROGRAMS)
def test_under_uvicorn(name, programs):
    with uvicorn(programs, f"{name}:app") as server:
        with httpx2.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
            put_all(PROGRAMS[name], client)
        assert server.stop() in STOPPED
    assert "Application startup complete" in server.log
    assert "Application shutdown complete" in server.log
    assert "Traceback" not in server.log


TIMED = [r"/ping took \d+\.\dms", r"/missing took \d+\.\dms"]


def test_timing_is_printed_through_the_test_client(load, capsys):
    with TestClient(load("timing").app) as client:
        client.get("/ping")
        client.get("/missing")
    lines = capsys.readouterr().out.splitlines()
    assert [bool(re.fullmatch(t, line)) for t, line in zip(TIMED, lines, strict=True)] == [True] * 2


def test_timing_is_printed_under_uvicorn(programs):
    with uvicorn(programs, "timing:app") as server:
        with httpx2.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
            client.get("/ping")
            client.get("/missing")
        server.stop()
    assert [t for t in TIMED if re.search(rf"^{t}$", server.log, re.MULTILINE)] == TIMED


def test_testing_snippet(programs, load):
    text = renamed((HERE / "text" / "testing.txt").read_text())
    assert (programs / "testing.py").read_text().rstrip() == text.rstrip()
    load("crud", "main")
    snippet = load("testing")
    tests = [value for name, value in vars(snippet).items() if name.startswith("test_")]
    names = ["test_create_item", "test_not_found", "test_openapi_schema"]
    assert [test.__name__ for test in tests] == names
    for test in tests:
        test()


def test_openapi_snippet(programs, load):
    """It leaves its handlers to the reader: here there are none."""
    text = renamed((HERE / "text" / "openapi.txt").read_text())
    assert (programs / "openapi.py").read_text() == text.replace("[...]", "[]")
    with TestClient(load("openapi").app) as client:
        assert "<title>My API</title>" in client.get("/schema").text
        assert client.get("/schema/openapi.json").json() == {
            "openapi": "3.1.1",
            "info": {
                "title": "My API",
                "version": "1.0.0",
                "description": "A sample API built with Litestar",
                "contact": {"name": "Alice Dev", "email": "alice@example.com"},
            },
            "servers": [{"url": "/"}],
            "paths": {},
        }
