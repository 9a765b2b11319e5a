"""Errors: what a client is told by default, exception handlers, and problem documents."""

# --8<-- [start:imports]
import logging

import msgspec

from pleiad import Pleiad, Request, Response, get, post
from pleiad.exceptions import (
    HTTPException,
    NotFoundException,
    ProblemDetails,
    ProblemDetailsException,
    TooManyRequestsException,
)
from pleiad.testing import TestClient
from pleiad.types import Scope

# --8<-- [end:imports]


# --8<-- [start:raising]
@get("/books/{number:int}")
async def book(number: int) -> str:
    if number > 100:
        raise NotFoundException(f"There is no book {number}")
    if number > 10:
        raise HTTPException(
            status_code=418, detail="A teapot", headers={"X-Tea": "green"}, extra={"cups": 2}
        )
    return "Emma"


# --8<-- [end:raising]
# --8<-- [start:handlers]
class TooSoon(Exception):
    """An exception of one's own, which knows nothing of HTTP."""


def later(request: Request, exc: TooSoon) -> Response[dict[str, str]]:
    return Response({"come back": "later"}, status_code=425)


@get("/soon", exception_handlers={TooSoon: later})
async def soon() -> str:
    raise TooSoon


# --8<-- [end:handlers]
# --8<-- [start:own]
class OutOfStock(ProblemDetailsException):
    status_code = 409
    type_ = "out-of-stock"
    title = "Out of stock"


class Order(msgspec.Struct):
    books: dict[str, int]


@post("/orders")
async def order(data: Order, express: bool = False) -> Order:
    for title, copies in data.books.items():
        if copies > 3:
            raise OutOfStock(f"Of '{title}' there are 3", extra={"book": title, "left": 3})
    return data


# --8<-- [end:own]
# --8<-- [start:secret]
@get("/broken")
async def broken() -> str:
    raise RuntimeError("the password of the database is 'swordfish'")


# --8<-- [end:secret]
# --8<-- [start:hook]
counted: dict[str, int] = {}


def count(exc: Exception, scope: Scope) -> None:
    name = type(exc).__name__
    counted[name] = counted.get(name, 0) + 1


# --8<-- [end:hook]


@get("/busy")
async def busy() -> str:
    raise TooManyRequestsException(headers={"Retry-After": "30"})


handlers = [book, soon, order, broken, busy]
# --8<-- [start:hooked]
plain = Pleiad(handlers, after_exception=[count])
# --8<-- [end:hooked]
# --8<-- [start:app]
app = Pleiad(handlers, problem_details=ProblemDetails(base="https://example.com/problems/"))
# --8<-- [end:app]


# --8<-- [start:mapped]
def as_problem(request: Request, exc: TooSoon) -> None:
    raise ProblemDetailsException("Come back later", status_code=425, title="Too soon") from exc


mapped = Pleiad(
    [get("/soon")(soon.fn)], exception_handlers={TooSoon: as_problem}, problem_details=True
)
# --8<-- [end:mapped]


if __name__ == "__main__":
    logging.getLogger("pleiad").setLevel(logging.CRITICAL)
    for each in (plain, app):
        with TestClient(each, raise_server_exceptions=False) as client:
            for path in ("/books/11", "/books/101", "/soon", "/nowhere", "/busy", "/broken"):
                answer = client.get(path)
                print(answer.status_code, answer.headers["content-type"], answer.text)
            print(client.post("/orders?express=perhaps", json={"books": {"a/b": "two"}}).text)
            print(client.post("/orders", json={"books": {"Emma": 4}}).text)
    with TestClient(mapped) as client:
        print(client.get("/soon").text)
    print(counted)
