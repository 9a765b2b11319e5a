"""Pages of items of every kind of model: out, in, checked; and what finds and links them."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import attrs
import msgspec
import pytest
from pydantic import BaseModel, Field

from pleiad import Pleiad, Request, Response, get, post
from pleiad.pagination import (
    AbstractAsyncClassicPaginator,
    AbstractAsyncCursorPaginator,
    AbstractAsyncOffsetPaginator,
    AbstractSyncClassicPaginator,
    AbstractSyncCursorPaginator,
    AbstractSyncOffsetPaginator,
    ClassicPagination,
    CursorPagination,
    CursorQuery,
    OffsetPagination,
    OffsetQuery,
    PageQuery,
    link_header,
)
from pleiad.params import Query
from pleiad.testing import TestClient
from pleiad_http import URL


class Struct(msgspec.Struct):
    a: int


@dataclass
class Data:
    a: int


@attrs.define
class Attrs:
    a: int


class Model(BaseModel):
    a: int = Field(serialization_alias="a", validation_alias="a")


class Typed(TypedDict):
    a: int


KINDS: list[Any] = [
    pytest.param(Struct, Struct(1), id="struct"),
    pytest.param(Data, Data(1), id="dataclass"),
    pytest.param(Attrs, Attrs(1), id="attrs"),
    pytest.param(Model, Model(a=1), id="pydantic"),
    pytest.param(Typed, {"a": 1}, id="typed dict"),
    pytest.param(dict[str, int], {"a": 1}, id="dict"),
]

PAGES: list[Any] = [
    pytest.param(
        lambda kind: ClassicPagination[kind],
        lambda item: ClassicPagination([item], 10, 1, 1),
        {"page_size": 10, "current_page": 1, "total_pages": 1},
        id="classic",
    ),
    pytest.param(
        lambda kind: OffsetPagination[kind],
        lambda item: OffsetPagination([item], 10, 0, 1),
        {"limit": 10, "offset": 0, "total": 1},
        id="offset",
    ),
    pytest.param(
        lambda kind: CursorPagination[str, kind],
        lambda item: CursorPagination([item], 10, None, "x"),
        {"results_per_page": 10, "cursor": None, "next_cursor": "x"},
        id="cursor",
    ),
]


@pytest.mark.parametrize(("kind", "item"), KINDS)
@pytest.mark.parametrize(("annotation", "page", "told"), PAGES)
@pytest.mark.parametrize("policy", ["types", "always"])
def test_every_kind_of_item(
    annotation: Any, page: Any, told: Any, kind: Any, item: Any, policy: Any
) -> None:
    async def out() -> Any:
        return page(item)

    async def wrong() -> Any:
        return page("x")

    async def back(data: Any) -> Any:
        return data

    for function in (out, wrong, back):
        function.__annotations__["return"] = annotation(kind)
    back.__annotations__["data"] = annotation(kind)
    app = Pleiad(
        [get("/out")(out), get("/wrong")(wrong), post("/back")(back)], validate_responses=policy
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        document = client.get("/out").json()
        assert document == {"items": [{"a": 1}], **told}
        assert client.get("/wrong").status_code == 500
        assert client.post("/back", json=document).json() == document
        refused = client.post("/back", json={**document, "items": [{"a": "x"}]})
        assert [each["key"] for each in refused.json()["extra"]] == ["items.0.a"]


def test_pydantic_items_are_encoded_by_one_serializer(monkeypatch: pytest.MonkeyPatch) -> None:
    from pleiad_http import encoder_for, encoding

    def refuse(*_: Any) -> Any:
        raise AssertionError("asked for each item")

    encode = encoder_for(ClassicPagination[Model], "application/json")
    monkeypatch.setattr(encoding, "_as_builtin", refuse)
    assert encode(ClassicPagination([Model(a=1)], 1, 1, 1)).startswith(b'{"items":[{"a":1}]')


@get("/page")
async def by_page(page: Annotated[PageQuery, Query()]) -> list[int]:
    return [page.page_size, page.current_page, page.offset]


@get("/offset")
async def by_offset(page: Annotated[OffsetQuery, Query()]) -> list[int]:
    return [page.limit, page.offset]


@get("/cursor")
async def by_cursor(page: Annotated[CursorQuery, Query()]) -> list[int | str | None]:
    return [page.results_per_page, page.cursor]


class Few(PageQuery, frozen=True, kw_only=True):
    page_size: Annotated[int, msgspec.Meta(ge=1, le=5)] = 5


@get("/few")
async def few(page: Annotated[Few, Query()]) -> list[int]:
    return [page.page_size, page.current_page]


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        pytest.param("/page", [20, 1, 0], id="page"),
        pytest.param("/page?current_page=3&page_size=10", [10, 3, 20], id="third page"),
        pytest.param("/page?current_page=0", "current_page", id="no page 0"),
        pytest.param("/page?page_size=101", "page_size", id="too many"),
        pytest.param(
            f"/page?current_page={10**30}", "current_page", id="more than a database counts"
        ),
        pytest.param("/offset?offset=7", [20, 7], id="offset"),
        pytest.param("/offset?limit=5", [5, 0], id="limit"),
        pytest.param("/offset?offset=-1", "offset", id="negative offset"),
        pytest.param("/offset?limit=0", "limit", id="no limit 0"),
        pytest.param("/cursor", [20, None], id="first cursor"),
        pytest.param("/cursor?cursor=abc&results_per_page=5", [5, "abc"], id="cursor"),
        pytest.param(f"/cursor?cursor={'x' * 1001}", "cursor", id="long cursor"),
        pytest.param("/few", [5, 1], id="own default"),
        pytest.param("/few?page_size=6", "page_size", id="own bound"),
    ],
)
def test_queries(url: str, answer: Any) -> None:
    with TestClient(Pleiad([by_page, by_offset, by_cursor, few])) as client:
        response = client.get(url)
    if isinstance(answer, list):
        assert response.json() == answer
    else:
        assert response.status_code == 400
        assert [each["key"] for each in response.json()["extra"]] == [answer]


NUMBERS = list(range(25))


class SyncClassic(AbstractSyncClassicPaginator[int]):
    def get_total(self, page_size: int) -> int:
        return -(-len(NUMBERS) // page_size)

    def get_items(self, page_size: int, current_page: int) -> list[int]:
        return NUMBERS[(current_page - 1) * page_size : current_page * page_size]


class AsyncClassic(AbstractAsyncClassicPaginator[int]):
    async def get_total(self, page_size: int) -> int:
        return SyncClassic().get_total(page_size)

    async def get_items(self, page_size: int, current_page: int) -> list[int]:
        return SyncClassic().get_items(page_size, current_page)


class SyncOffset(AbstractSyncOffsetPaginator[int]):
    def get_total(self) -> int:
        return len(NUMBERS)

    def get_items(self, limit: int, offset: int) -> list[int]:
        return NUMBERS[offset : offset + limit]


class AsyncOffset(AbstractAsyncOffsetPaginator[int]):
    async def get_total(self) -> int:
        return SyncOffset().get_total()

    async def get_items(self, limit: int, offset: int) -> list[int]:
        return SyncOffset().get_items(limit, offset)


class SyncCursor(AbstractSyncCursorPaginator[int, int]):
    def get_items(self, cursor: int | None, results_per_page: int) -> tuple[list[int], int | None]:
        start = cursor or 0
        end = start + results_per_page
        return NUMBERS[start:end], end if end < len(NUMBERS) else None


class AsyncCursor(AbstractAsyncCursorPaginator[int, int]):
    async def get_items(
        self, cursor: int | None, results_per_page: int
    ) -> tuple[list[int], int | None]:
        return SyncCursor().get_items(cursor, results_per_page)


PAGINATORS: list[Any] = [
    pytest.param(SyncClassic(), AsyncClassic(), (10, 3), ClassicPagination([20, 21, 22, 23, 24], 10, 3, 3), id="classic"),
    pytest.param(SyncOffset(), AsyncOffset(), (3, 4), OffsetPagination([4, 5, 6], 3, 4, 25), id="offset"),
    pytest.param(SyncCursor(), AsyncCursor(), (None, 2), CursorPagination([0, 1], 2, None, 2), id="cursor"),
    pytest.param(SyncCursor(), AsyncCursor(), (20, 9), CursorPagination([20, 21, 22, 23, 24], 9, 20, None), id="last"),
]  # fmt: skip


@pytest.mark.parametrize(("paginator", "async_paginator", "arguments", "page"), PAGINATORS)
def test_paginators(paginator: Any, async_paginator: Any, arguments: Any, page: Any) -> None:
    @get("/")
    async def handler() -> bool:
        return bool(await async_paginator(*arguments) == page)

    assert paginator(*arguments) == page
    with TestClient(Pleiad([handler])) as client:
        assert client.get("/").json() is True


LINKS: list[Any] = [
    pytest.param(ClassicPagination([], 10, 1, 1), {"first": "current_page=1", "last": "current_page=1"}, id="one page"),
    pytest.param(ClassicPagination([], 10, 2, 3), {"first": "current_page=1", "prev": "current_page=1", "next": "current_page=3", "last": "current_page=3"}, id="amid"),
    pytest.param(ClassicPagination([], 10, 9, 3), {"first": "current_page=1", "prev": "current_page=3", "last": "current_page=3"}, id="beyond"),
    pytest.param(ClassicPagination([], 10, 1, 0), {}, id="nothing"),
    pytest.param(OffsetPagination([], 10, 10, 21), {"first": "offset=0", "prev": "offset=0", "next": "offset=20", "last": "offset=20"}, id="offset"),
    pytest.param(OffsetPagination([], 10, 0, 20), {"first": "offset=0", "next": "offset=10", "last": "offset=10"}, id="offset, even"),
    pytest.param(OffsetPagination([], 10, 5, 20), {"first": "offset=0", "prev": "offset=0", "last": "offset=10"}, id="offset, askew"),
    pytest.param(OffsetPagination([], 10, 0, 0), {}, id="offset, nothing"),
    pytest.param(CursorPagination([], 10, None, "a&b"), {"next": "cursor=a%26b"}, id="cursor"),
    pytest.param(CursorPagination([], 10, "a", None), {}, id="last cursor"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "links"), LINKS)
def test_links(page: Any, links: dict[str, str]) -> None:
    url = URL.from_components(
        "https", "x.test", "/books", query="tag=a&tag=b&offset=5&current_page=2&cursor=z"
    )
    text = link_header(page, url)
    found = dict(reversed(each.split("; ")) for each in text.split(", ")) if text else {}  # type: ignore[arg-type]
    assert {key.removeprefix('rel="').removesuffix('"') for key in found} == set(links)
    for rel, change in links.items():
        name = change.partition("=")[0]
        kept = [
            each
            for each in ("tag=a", "tag=b", "offset=5", "current_page=2", "cursor=z")
            if not each.startswith(name)
        ]
        assert found[f'rel="{rel}"'] == f"<https://x.test/books?{'&'.join([*kept, change])}>"


def test_the_links_of_an_answer() -> None:
    @get("/books")
    async def books(
        request: Request, page: Annotated[PageQuery, Query()]
    ) -> Response[ClassicPagination[int]]:
        found = SyncClassic()(page.page_size, page.current_page)
        return Response(found, headers={"Link": link_header(found, request.url)})

    with TestClient(Pleiad([books])) as client:
        response = client.get("/books?page_size=10")
        assert response.json()["items"] == NUMBERS[:10]
        following = response.headers["link"].split("<")[2].partition(">")[0]
        assert following.endswith("/books?page_size=10&current_page=2")
        assert client.get(following).json()["items"] == NUMBERS[10:20]
