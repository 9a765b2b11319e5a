"""What is asked of every app, and the answer it must give before it is timed.

Each module in `apps/` offers two ASGI apps, `app`, and `layered`, the same behind five plain
middlewares; and `with_routes`, which makes one of any number of routes.
"""

from collections.abc import Sequence
from json import dumps
from random import Random
from typing import NamedTuple

from domain import BOOK_ROWS, LAYERS, SHELF, TICKS
from domain import TEXT as NOVEL
from request import JSON, Request

TEXT = "text/plain"
URLENCODED = "application/x-www-form-urlencoded"
EVENTS = "text/event-stream"
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"


class Scenario(NamedTuple):
    """One request, its exact answer, and the budget of DESIGN.md section 6, if it has one.

    `answer` is the text, the JSON with the request's number for `"{id}"`, the texts of the events,
    what each message of a WebSocket says, or `None` where each framework words its own. `repeats`
    divides the time of a stream.
    """

    name: str
    title: str
    request: Request
    answer: object
    statuses: frozenset[int] = frozenset({200})
    media_type: str | None = JSON
    headers: Sequence[tuple[str, str]] = ()
    layers: int = 0
    budget: float | None = 2.0
    repeats: int = 1


def form_data(*parts: tuple[bytes, bytes]) -> bytes:
    """Give a multipart form of these parts: what stands behind `name=`, and the content."""
    head = b"--%s\r\nContent-Disposition: form-data; name=%s\r\n\r\n"
    written = [head % (BOUNDARY, named) + content + b"\r\n" for named, content in parts]
    return b"".join(written) + b"--%s--\r\n" % BOUNDARY


def upload(name: str, title: str, size: int) -> Scenario:
    """Send a form of a field and a file of that size."""
    content = Random(1).randbytes(size)  # noqa: S311
    file = b'"file"; filename="picture.jpg"\r\nContent-Type: image/jpeg'
    body = form_data((b'"title"', b"A picture"), (file, content))
    said = {"title": "A picture", "size": size, "last": content[-1]}
    return Scenario(name, title, post("/uploads", body, MULTIPART), said, CREATED, budget=None)


def post(path: str, body: bytes, content_type: str = JSON) -> Request:
    return Request(path, method="POST", body=body, content_type=content_type)


def talk(name: str, title: str, path: str, texts: Sequence[str], said: list) -> Scenario:
    """Say these texts on a WebSocket."""
    return Scenario(
        name,
        title,
        Request(path, texts=texts),
        said,
        SWITCHED,
        media_type=None if texts == said else JSON,
        budget=None,
        repeats=len(texts),
    )


def new_user(n: int, **fields) -> str:
    user = {"username": f"reader {n}", "email": f"reader{n}@example.com", "age": 18 + n % 80}
    return dumps(user | fields)


SWITCHED = frozenset({101})
REFUSED = frozenset({403, 404})  # a WebSocket that is not accepted
CREATED = frozenset({201})
MISSING = frozenset({404})
INVALID = frozenset({400, 422})
MISFIT = MISSING | INVALID  # a path value of the wrong type: frameworks differ
HELLO = {"message": "Hello, World!"}
ALICE = b'{"username":"alice","email":"alice@example.com","age":30}'
VIEW = {"id": 1, "username": "alice", "email": "alice@example.com"}
MESSAGES = range(1000)
"""On a WebSocket; no two are the same."""
ECHOED = [f"{n} people have read this book before you" for n in MESSAGES]

SCENARIOS = (
    Scenario("plaintext", "plaintext", Request("/plaintext"), "Hello, World!", media_type=TEXT),
    Scenario("json", "JSON dict", Request("/json"), HELLO),
    Scenario(
        "params",
        "path + query parameters",
        Request("/items/{id}", b"page=3&limit=50&sort=name"),
        {"item_id": "{id}", "page": 3, "limit": 50, "sort": "name"},
    ),
    Scenario("body", "JSON body -> Struct -> JSON", post("/users", ALICE), VIEW, CREATED),
    Scenario(
        "dependencies",
        "two nested dependencies",
        Request("/profile"),
        {"id": 1, "name": "Alice"},
    ),
    Scenario("list", "list of 50 Structs", Request("/books"), BOOK_ROWS[:SHELF]),
    Scenario("middlewares", "5 plain ASGI middlewares", Request("/json"), HELLO, layers=LAYERS),
    Scenario(
        "generator",
        "a generator dependency",
        Request("/connection"),
        {"closed": False},
        budget=1.5,
    ),
    Scenario(
        "mixed",
        "three mixed dependencies",
        Request("/account"),
        {"id": 1, "region": "eu", "closed": False},
        budget=None,
    ),
    Scenario("list-500", "list of 500 Structs", Request("/library"), BOOK_ROWS, budget=None),
    Scenario(
        "pydantic-body",
        "JSON body -> pydantic -> JSON",
        post("/members", ALICE),
        VIEW,
        CREATED,
        budget=None,
    ),
    Scenario(
        "pydantic-list",
        "list of 50 pydantic models",
        Request("/shelf"),
        BOOK_ROWS[:SHELF],
        budget=None,
    ),
    Scenario(
        "pydantic-500",
        "list of 500 pydantic models",
        Request("/catalog"),
        BOOK_ROWS,
        budget=None,
    ),
    Scenario(
        "headers",
        "3 headers and a cookie out",
        Request("/headers"),
        HELLO,
        headers=(
            ("x-request-id", "abc"),
            ("x-version", "1"),
            ("cache-control", "no-store"),
            ("set-cookie", "session=abc; Path=/; SameSite=lax"),
        ),
        budget=None,
    ),
    Scenario(
        "form",
        "urlencoded form",
        post("/login", b"username=alice&attempts=2", URLENCODED),
        {"username": "alice", "attempts": 2},
        CREATED,
        budget=None,
    ),
    upload("multipart-1mb", "multipart, 1 MB", 1_000_000),
    upload("multipart-10mb", "multipart, 10 MB", 10_000_000),
    Scenario(
        "invalid",
        "three wrong fields: 400",
        post("/users", b'{"username":1,"email":2,"age":"old"}'),
        None,
        INVALID,
        media_type=None,
        budget=None,
    ),
    Scenario(
        "missing", "no such path: 404", Request("/nothing/{id}"), None, MISSING, None, budget=None
    ),
    Scenario(
        "events",
        "server-sent events, each",
        Request("/events", streams=True),
        [f"tick {n}" for n in range(TICKS)],
        media_type=EVENTS,
        budget=None,
        repeats=TICKS,
    ),
    Scenario(
        "file",
        "a file of 100 kB",
        Request("/download", streams=True),
        NOVEL,
        media_type=TEXT,
        budget=None,
    ),
    Scenario("sync", "sync handler in a thread", Request("/sync"), HELLO, budget=None),
    talk(
        "echo",
        "WebSocket echo, each message",
        "/echo",
        ECHOED,
        ECHOED,
    ),
    talk(
        "messages",
        "WebSocket JSON -> Struct -> JSON",
        "/signups",
        [new_user(n) for n in MESSAGES],
        [{"id": 1, "username": f"reader {n}", "email": f"reader{n}@example.com"} for n in MESSAGES],
    ),
)
SERVED = ("plaintext", "json", "params", "body", "dependencies", "list", "echo")
"""The scenarios that are measured under a real server, unless others are asked for."""


class Refusal(NamedTuple):
    """A request that must not succeed: an app that validates less would be faster for nothing."""

    request: Request
    statuses: frozenset[int]


REFUSALS = (
    Refusal(Request("/nothing/here"), MISSING),
    Refusal(Request("/items/forty-two"), MISFIT),
    Refusal(Request("/items/42", b"page=three"), INVALID),
    Refusal(Request("/items/42", b"limit=2.5"), INVALID),
    Refusal(post("/json", b"{}"), frozenset({404, 405})),
    Refusal(post("/users", b'{"username":"alice","age":30}'), INVALID),
    Refusal(post("/users", b'{"username":"a","email":"b","age":"old"}'), INVALID),
    Refusal(post("/users", b"{"), INVALID),
    Refusal(post("/members", b'{"username":"alice","age":30}'), INVALID),
    Refusal(post("/members", b'{"username":"a","email":"b","age":"old"}'), INVALID),
    Refusal(post("/login", b"username=alice&attempts=two", URLENCODED), INVALID),
    Refusal(post("/login", b"username=alice", URLENCODED), INVALID),
    Refusal(post("/uploads", form_data((b'"title"', b"x")), MULTIPART), INVALID),
)
SOCKET_REFUSALS = (
    Refusal(Request("/nothing", texts=["hello"]), REFUSED),
    Refusal(Request("/signups", texts=[new_user(1, age="old")]), SWITCHED),
    Refusal(Request("/signups", texts=["{"]), SWITCHED),
)
"""WebSockets on which no message may come back."""
