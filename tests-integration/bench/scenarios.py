"""What is asked of every app, and the answer it must give before it is timed.

Each module in `apps/` offers two ASGI apps: `app`, and `layered`, the same behind five plain
middlewares.
"""

from random import Random
from typing import NamedTuple

from domain import BOOK_ROWS, CATALOG_ROWS, LAYERS

JSON = "application/json"
MESSAGE = 64 * 1024
"""Bytes that a server gives at once: uvicorn's own high-water mark."""
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
CLIENT_HEADERS = (
    (b"host", b"127.0.0.1:8000"),
    (b"user-agent", b"bench/1.0"),
    (b"accept", b"*/*"),
)


class Scenario(NamedTuple):
    """One request, its exact answer, and the budget of DESIGN.md section 6."""

    name: str
    title: str
    path: str
    answer: object
    query: bytes = b""
    method: str = "GET"
    body: bytes = b""
    content_type: str = JSON
    status: int = 200
    media_type: str = JSON
    layers: int = 0
    budget: float = 2.0

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        sent = [*CLIENT_HEADERS]
        if self.body:
            sent.append((b"content-type", self.content_type.encode()))
            sent.append((b"content-length", b"%d" % len(self.body)))
        return sent

    @property
    def chunks(self) -> list[bytes]:
        """The body as it comes from a server."""
        starts = range(0, len(self.body) or 1, MESSAGE)
        return [self.body[start : start + MESSAGE] for start in starts]


def form_data(*parts: tuple[bytes, bytes]) -> bytes:
    """Give a multipart form of these parts: what stands behind `name=`, and the content."""
    head = b"--%s\r\nContent-Disposition: form-data; name=%s\r\n\r\n"
    written = [head % (BOUNDARY, named) + content + b"\r\n" for named, content in parts]
    return b"".join(written) + b"--%s--\r\n" % BOUNDARY


def upload(size: int) -> tuple[bytes, dict[str, object]]:
    """Give a form of a field and a file of that size, and what is to be said of it."""
    content = Random(1).randbytes(size)  # noqa: S311
    file = b'"file"; filename="picture.jpg"\r\nContent-Type: image/jpeg'
    body = form_data((b'"title"', b"A picture"), (file, content))
    return body, {"title": "A picture", "size": size, "last": content[-1]}


UPLOAD, UPLOADED = upload(10_000_000)


HELLO = {"message": "Hello, World!"}

SCENARIOS = (
    Scenario("plaintext", "plaintext", "/plaintext", "Hello, World!", media_type="text/plain"),
    Scenario("json", "JSON dict", "/json", HELLO),
    Scenario(
        "params",
        "path + query parameters",
        "/items/42",
        {"item_id": 42, "page": 3, "limit": 50, "sort": "name"},
        query=b"page=3&limit=50&sort=name",
    ),
    Scenario(
        "body",
        "JSON body -> Struct -> JSON",
        "/users",
        {"id": 1, "username": "alice", "email": "alice@example.com"},
        method="POST",
        body=b'{"username":"alice","email":"alice@example.com","age":30}',
        status=201,
    ),
    Scenario("dependencies", "two nested dependencies", "/profile", {"id": 1, "name": "Alice"}),
    Scenario("list", "list of 50 Structs", "/books", BOOK_ROWS),
    Scenario("middlewares", "5 plain ASGI middlewares", "/json", HELLO, layers=LAYERS),
    Scenario("generator", "a generator dependency", "/connection", {"closed": False}, budget=1.5),
    Scenario(
        "pydantic-body",
        "JSON body -> pydantic -> JSON",
        "/members",
        {"id": 1, "username": "alice", "email": "alice@example.com"},
        method="POST",
        body=b'{"username":"alice","email":"alice@example.com","age":30}',
        status=201,
    ),
    Scenario("pydantic-list", "list of 500 pydantic models", "/catalog", CATALOG_ROWS),
    Scenario(
        "multipart-10mb",
        "multipart, 10 MB",
        "/uploads",
        UPLOADED,
        method="POST",
        body=UPLOAD,
        content_type=MULTIPART,
        status=201,
    ),
)
SERVED = SCENARIOS[:6]
"""The scenarios that are also measured under a real server."""


class Refusal(NamedTuple):
    """A request that must not succeed: an app that validates less would be faster for nothing."""

    path: str
    statuses: frozenset[int]
    query: bytes = b""
    method: str = "GET"
    body: bytes = b""
    content_type: str = JSON

    headers = Scenario.headers
    chunks = Scenario.chunks


MISSING = frozenset({404})
MISFIT = frozenset({400, 404, 422})  # a path value of the wrong type: frameworks differ
INVALID = frozenset({400, 422})

REFUSALS = (
    Refusal("/nothing/here", MISSING),
    Refusal("/items/forty-two", MISFIT),
    Refusal("/items/42", INVALID, query=b"page=three"),
    Refusal("/items/42", INVALID, query=b"limit=2.5"),
    Refusal("/json", frozenset({404, 405}), method="POST", body=b"{}"),
    Refusal("/users", INVALID, method="POST", body=b'{"username":"alice","age":30}'),
    Refusal("/users", INVALID, method="POST", body=b'{"username":"a","email":"b","age":"old"}'),
    Refusal("/users", INVALID, method="POST", body=b"{"),
    Refusal("/members", INVALID, method="POST", body=b'{"username":"alice","age":30}'),
    Refusal("/members", INVALID, method="POST", body=b'{"username":"a","email":"b","age":"old"}'),
    Refusal("/uploads", INVALID, b"", "POST", form_data((b'"title"', b"x")), MULTIPART),
)
