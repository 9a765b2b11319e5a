"""Twenty shapes of handlers, for those who build a thousand: Litestar's API, which Pleiad shares.

A shape is what a handler takes and gives. Each handler is a function of its own at a path of its own.
"""

import importlib
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec

HANDLERS = 1000


class Order(msgspec.Struct):
    name: str
    count: int


class Account:
    """What a dependency gives."""


async def open_account() -> Account:
    return Account()


async def lend_account():
    yield Account()


def shapes_of(framework, n):
    """Give twenty handlers for the number `n`."""
    get, post = framework.get, framework.post
    put, delete, patch = framework.put, framework.delete, framework.patch
    provide = importlib.import_module(f"{framework.__name__}.di").Provide
    parameter = importlib.import_module(f"{framework.__name__}.params").Parameter
    given = {"account": provide(open_account)}
    lent = {"account": provide(lend_account)}

    @get(f"/a{n}")
    async def listed() -> list[int]:
        return [n]

    @get(f"/b{n}/{{order_id:int}}")
    async def shown(order_id: int) -> dict[str, int]:
        return {"id": order_id}

    @get(f"/c{n}/{{order_id:int}}")
    async def paged(order_id: int, page: int = 1, sort: str | None = None) -> dict[str, Any]:
        return {"id": order_id, "page": page, "sort": sort}

    @post(f"/d{n}")
    async def created(data: Order) -> Order:
        return data

    @put(f"/e{n}/{{order_id:int}}")
    async def replaced(order_id: int, data: Order) -> Order:
        return data

    @delete(f"/f{n}/{{order_id:int}}")
    async def removed(order_id: int) -> None: ...

    @patch(f"/g{n}/{{order_id:uuid}}")
    async def changed(order_id: UUID, data: dict[str, Any]) -> dict[str, Any]:
        return data

    @get(f"/h{n}", dependencies=given)
    async def owned(account: Account) -> dict[str, int]:
        return {"n": n}

    @get(f"/i{n}", dependencies=lent)
    async def borrowed(account: Account) -> dict[str, int]:
        return {"n": n}

    @post(f"/j{n}", dependencies=given)
    async def bought(account: Account, data: Order, urgent: bool = False) -> Order:
        return data

    @get(f"/k{n}", media_type="text/plain")
    async def text() -> str:
        return str(n)

    @get(f"/l{n}")
    async def found(term: str, limit: int = 10) -> list[Order]:
        return []

    @get(f"/m{n}")
    async def filtered(tag: list[str] | None = None) -> list[str]:
        return tag or []

    @get(f"/n{n}")
    async def told(token: Annotated[str, parameter(header="X-Token")]) -> str:
        return token

    @get(f"/o{n}")
    async def remembered(visit: Annotated[str, parameter(cookie="visit")] = "") -> str:
        return visit

    @get(f"/p{n}/{{day:date}}")
    async def dated(day: date) -> date:
        return day

    @get(f"/q{n}", sync_to_thread=False)
    def at_once() -> dict[str, int]:
        return {"n": n}

    @get(f"/r{n}")
    async def asked(request: framework.Request) -> dict[str, str]:
        return {"path": request.url.path}

    @post(f"/s{n}", status_code=202)
    async def queued(data: list[Order]) -> dict[str, int]:
        return {"count": len(data)}

    @get(f"/t{n}/{{first:str}}/{{second:int}}")
    async def nested(first: str, second: int) -> dict[str, Any]:
        return {first: second}

    return [
        *(listed, shown, paged, created, replaced, removed, changed, owned, borrowed, bought),
        *(text, found, filtered, told, remembered, dated, at_once, asked, queued, nested),
    ]


def handlers(name) -> list[Any]:
    """Give a thousand handlers of twenty shapes."""
    framework = importlib.import_module(name)
    return [each for n in range(HANDLERS // 20) for each in shapes_of(framework, n)]
