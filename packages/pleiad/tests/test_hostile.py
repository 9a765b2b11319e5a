"""What a client may send: never a 5xx, never without an end."""

import time
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad import Pleiad, Request, get, post
from pleiad.datastructures import UploadFile
from pleiad.params import Cookie, Form, Parameter, Query


class Item(msgspec.Struct):
    name: str
    tags: list[str] = []


@get("/items/{item_id:int}")
async def show(item_id: int, page: int = 1, tags: list[str] | None = None) -> int:
    return item_id


@get("/names/{name:str}")
async def name(name: str, key: Annotated[str, Parameter(cookie="key")] = "") -> str:
    return name


@get("/files/{rest:path}")
async def files(rest: str) -> str:
    return rest


@post("/items")
async def add(data: Item) -> Item:
    return data


@post("/any")
async def anything(request: Request[Any, Any, Any]) -> Any:
    return await request.json()


@post("/form")
async def form(request: Request[Any, Any, Any]) -> int:
    return len(await request.form())


@get("/url")
async def url(request: Request[Any, Any, Any]) -> list[str]:
    return [request.url.path, str(request.base_url)]


class Upload(msgspec.Struct):
    title: str
    item: Item
    files: list[UploadFile] = []


@post("/upload")
async def upload(data: Annotated[Upload, Form()]) -> int:
    return len(data.files)


class Filters(msgspec.Struct):
    page: int = 1
    tags: list[str] = []


@get("/filtered")
async def filtered(
    filters: Annotated[Filters, Query(unknown="refuse")], cookies: Annotated[Filters, Cookie()]
) -> Filters:
    return filters


APP = Pleiad([show, name, files, add, anything, form, url, upload, filtered])
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PARTS = {"content-type": "multipart/form-data; boundary=B"}


def parts(*parts: bytes) -> dict[str, Any]:
    """A multipart form; each part begins with what stands behind `name=`."""
    head = b"--B\r\nContent-Disposition: form-data; name="
    return {
        "content": b"".join(head + each + b"\r\n" for each in parts) + b"--B--",
        "headers": PARTS,
    }


TITLE = b'"title"\r\n\r\nx'
FILE = b'"files"; filename="a"\r\n\r\n'

REQUESTS: list[Any] = [
    ("GET", "/items/1_0", {}, 404),
    ("GET", "/items/１", {}, 404),
    ("GET", "/items/" + "9" * 5000, {}, 404),
    ("GET", "/names/\0", {}, 200),
    ("GET", "/names/..", {}, 200),
    ("GET", "//names/x", {}, 404),
    ("GET", "/names//x", {}, 404),
    ("GET", "/names/" + "x" * 1_000_000, {}, 200),
    ("GET", "/files/" + "x/" * 500_000, {}, 200),
    ("GET", "/" + "x/" * 500_000, {}, 404),
    ("GET", "/files/../../etc/passwd", {}, 200),
    ("__class__", "/items/1", {}, 405),
    ("GET", "@evil.example", {}, 404),
    ("GET", "/items/1", {"query": "&" * 100_000}, 400),
    ("GET", "/items/1", {"query": "page=1;page=x"}, 400),
    ("GET", "/items/1", {"query": "a=" + "%" * 100_000}, 200),
    ("GET", "/names/x", {"headers": {"cookie": "; ".join(f"a{n}=b" for n in range(5000))}}, 200),
    ("GET", "/names/x", {"headers": {"cookie": 'key="' + "\\" * 30_000}}, 200),
    ("GET", "/url", {"headers": {"host": "evil/admin?x="}}, 400),
    ("GET", "/url", {"headers": {"host": "a" * 300}}, 400),
    ("POST", "/items", {"content": b"[" * 100_000}, 400),
    ("POST", "/items", {"content": b'{"a":' * 100_000}, 400),
    ("POST", "/any", {"content": b"[" * 100_000}, 400),
    ("POST", "/any", {"content": b'"' + b'\\"' * 400_000}, 400),
    ("POST", "/items", {"content": b'{"name":"\xff"}'}, 400),
    ("POST", "/items", {"content": '{"name":"x"}'.encode("utf-16")}, 400),
    ("POST", "/items", {"content": b"{}", "headers": {"content-length": "-1"}}, 400),
    ("POST", "/items", {"content": b"{}", "headers": {"content-length": "+2"}}, 400),
    ("POST", "/items", {"content": b"{}", "headers": {"content-length": "9" * 30}}, 400),
    ("POST", "/items", {"content": b"{}", "headers": {"content-length": "10000000000"}}, 413),
    ("POST", "/items", {"content": b"x" * 10_000_001}, 413),
    ("POST", "/items", {"content": b"{}", "headers": {"content-type": 'x; !="' + "\\" * 20_000}}, 415),
    ("POST", "/form", {"content": b"a=b&" * 50_000, "headers": FORM}, 413),
    ("POST", "/form", {"content": b"a=%FF", "headers": FORM}, 400),
    ("POST", "/form", {"content": b"", "headers": {"content-type": "multipart/form-data"}}, 400),
    ("POST", "/form", {"content": b"", "headers": {"content-type": "multipart/form-data; boundary=" + "x" * 20_000}}, 400),
    ("POST", "/form", {"content": b"{}", "headers": JSON}, 415),
    ("POST", "/upload", parts(TITLE, b'"item"\r\n\r\n{"name":"x"}', FILE + b"y"), 201),
    ("POST", "/upload", parts(*[TITLE] * 10_000), 413),
    ("POST", "/upload", parts(*[FILE + b"y"] * 10_000), 413),
    ("POST", "/upload", parts(TITLE, b'"item"\r\n\r\n' + b"[" * 100_000), 400),
    ("POST", "/upload", parts(TITLE, b'"item"\r\n\r\n' + b"x" * 1_000_001), 413),
    ("POST", "/upload", parts(FILE + b"\r\n--B" * 100_000), 413),
    ("POST", "/upload", parts(FILE + b"\r\n--A" * 100_000), 400),
    ("POST", "/upload", parts(FILE + b"\r" * 500_000), 400),
    ("POST", "/upload", parts(FILE + b"\r\n" * 500_000), 400),
    ("POST", "/upload", parts(b'"title"\r\nContent-Type: text/plain; charset=rot13\r\n\r\nx'), 415),
    ("POST", "/upload", parts(b'"title"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nx'), 400),
    ("POST", "/upload", parts(b'"title"\r\n\r\n\xff'), 400),
    ("POST", "/upload", {"content": b"title=%FF", "headers": FORM}, 400),
    ("POST", "/upload", {"content": b"item=" + b"%5B" * 100_000, "headers": FORM}, 400),
    ("GET", "/filtered", {"query": "page=" + "9" * 5000}, 400),
    ("GET", "/filtered", {"query": "&".join(f"a{n}=1" for n in range(1000))}, 400),
    ("GET", "/filtered", {"query": "tags=a&" * 1000 + "page=%"}, 400),
    ("GET", "/filtered", {"headers": {"cookie": "page=1; " * 50_000 + "page=x"}}, 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "request_", "status"),
    REQUESTS,
    ids=[f"{n} {each[0]} {each[1][:24]!a}" for n, each in enumerate(REQUESTS)],
)
def test_a_hostile_request(method: str, path: str, request_: Any, status: int, ask: Any) -> None:
    begin = time.perf_counter()
    assert ask(APP, method, path, **request_).status == status
    assert time.perf_counter() - begin < 2


def test_the_url_is_the_routed_path(ask: Any) -> None:
    assert ask(APP, "GET", "/url", headers={}).json == ["/url", "http://test/"]


@given(
    path=st.text(max_size=30),
    raw=st.binary(max_size=30),
    query=st.binary(max_size=40),
    content=st.binary(max_size=60),
    values=st.lists(st.tuples(st.sampled_from([b"content-type", b"content-length", b"cookie", b"host"]), st.binary(max_size=30)), max_size=4),
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT"]),
    base=st.sampled_from(["/items/", "/names/", "/files/", "/items", "/any", "/form", "/url", "/upload", "/filtered", ""]),
)  # fmt: skip
def test_no_request_is_a_5xx(
    path: Any, raw: Any, query: Any, content: Any, values: Any, method: str, base: str
) -> None:
    import asyncio

    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": content}]

    async def receive() -> Any:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": base + path, "raw_path": base.encode() + raw, "query_string": query,
        "headers": values, "root_path": "", "scheme": "http", "server": ("test", 80), "client": None,
    }  # fmt: skip
    asyncio.run(APP(scope, receive, send))
    assert sent[0]["status"] < 500
