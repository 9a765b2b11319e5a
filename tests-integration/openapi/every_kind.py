"""An app with everything that a document has to describe: every kind of model, source and answer."""

import datetime as dt
import enum
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Generic, Literal, NamedTuple, NewType, NotRequired, TypedDict, TypeVar

import attrs
import msgspec
import pydantic

from pleiad import Controller, Pleiad, Request, Response, Router, delete, get, post, put, route
from pleiad.datastructures import CacheControlHeader, Cookie, UploadFile
from pleiad.enums import RequestEncodingType
from pleiad.exceptions import (
    HTTPException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from pleiad.handlers import BaseRouteHandler
from pleiad.openapi import (
    Components,
    Contact,
    License,
    OpenAPIConfig,
    Operation,
    RequestBody,
    ResponseSpec,
    SecurityScheme,
    Tag,
)
from pleiad.openapi import Content as DocumentContent
from pleiad.openapi import Response as DocumentResponse
from pleiad.params import Body, Form, Header, Parameter, Query
from pleiad.response import File, JSONLines, Redirect, ServerSentEvent, ServerSentEventMessage

T = TypeVar("T")
UserId = NewType("UserId", int)


class Colour(enum.Enum):
    """What one sees."""

    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Cat(msgspec.Struct, tag_field="kind", tag="cat"):
    name: str
    lives: Annotated[int, msgspec.Meta(ge=1, le=9)] = 9


class Dog(msgspec.Struct, tag_field="kind", tag="dog"):
    name: str
    friends: "list[Cat | Dog]" = []


class Scalars(msgspec.Struct, rename="camel"):
    """One of each.

    Attributes:
        when_exactly: The moment.
    """

    when_exactly: dt.datetime
    day: dt.date
    at: dt.time
    lasts: dt.timedelta
    id: uuid.UUID
    price: Decimal
    data: bytes
    colour: Colour = Colour.RED
    size: Size = Size.SMALL
    level: Literal["low", "high"] | None = None
    maybe: str | msgspec.UnsetType = msgspec.UNSET
    pair: tuple[int, str] = (1, "a")
    numbers: frozenset[int] = frozenset()
    by_colour: dict[Colour, int] = {}
    user: UserId = UserId(1)


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    code: Annotated[
        str, msgspec.Meta(pattern="^[a-z]{2}$", examples=["de"], description="Two letters.")
    ]


class Row(msgspec.Struct, array_like=True):
    left: int
    right: int = 0


class Page(msgspec.Struct, Generic[T]):
    items: list[T]
    total: int


class Node(msgspec.Struct):
    name: str
    children: "list[Node]" = []


@dataclass
class Point:
    """A place."""

    x: float
    y: float = 0.0
    tags: list[str] = field(default_factory=list)


@attrs.define
class Box:
    """A box of attrs."""

    width: int
    depth: int = 1
    lid: Point | None = None


class Movie(TypedDict):
    title: str
    year: NotRequired[int]


class Range(NamedTuple):
    """From, to."""

    low: int
    high: int = 10


class Address(pydantic.BaseModel):
    """Where one lives."""

    street: Annotated[str, pydantic.Field(min_length=1, description="With the number.")]
    zip: Annotated[str, pydantic.StringConstraints(pattern=r"^\d{5}$")] = "12345"


class Square(pydantic.BaseModel):
    shape: Literal["square"]
    side: Annotated[float, pydantic.Field(gt=0, le=100)]


class Circle(pydantic.BaseModel):
    shape: Literal["circle"]
    radius: Annotated[float, pydantic.Field(gt=0, le=100)]


class Person(pydantic.BaseModel):
    """Somebody."""

    name: str
    addresses: list[Address] = []
    boss: "Person | None" = None
    balance: Decimal = Decimal(0)

    @pydantic.computed_field
    @property
    def initials(self) -> str:
        return self.name[:1]


class PydanticPage(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Filters(msgspec.Struct):
    """What to look for."""

    text: str = ""
    tags: list[str] = []
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class Signup(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    age: int | None = None


class Upload(msgspec.Struct):
    title: str
    file: UploadFile
    more: list[UploadFile] = []


class Money:
    """What only the app's encoder knows."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


def encode_money(money: Money) -> str:
    return f"{money.cents / 100:.2f}"


def echo(kind: type, name: str):
    async def handler(data):
        return data

    handler.__name__ = f"echo_{name}"
    handler.__annotations__ = {"data": kind, "return": kind}
    return post(f"/echo/{name.replace('_', '-')}", status_code=200, tags=["echo"])(handler)


ECHOES = {
    "scalars": Scalars,
    "strict": Strict,
    "row": Row,
    "node": Node,
    "page": Page[Point],
    "pet": Cat | Dog,
    "pets": list[Cat | Dog],
    "point": Point,
    "box": Box,
    "movie": Movie,
    "range": Range,
    "person": Person,
    "people": PydanticPage[Person],
    "addresses": dict[str, Address],
    "shape": Annotated[Square | Circle, pydantic.Field(discriminator="shape")],
    "optional": Point | None,
    "anything": object,
    "numbers": list[int],
    "limited": Annotated[list[int], msgspec.Meta(min_length=1, max_length=3)],
}


@get("/items/{item_id:int}", tags=["values"], raises=[NotFoundException])
async def get_item(item_id: Annotated[int, Parameter(ge=1, description="Which one.")]) -> Movie:
    if item_id > 100:
        raise NotFoundException
    return {"title": str(item_id)}


@get(
    [
        "/typed/{day:date}/{id:uuid}",
        "/typed/{price:decimal}",
        "/typed/at/{at:datetime}",
        "/typed/for/{length:timedelta}",
        "/typed/file/{rest:path}",
    ]
)
async def typed_path(request: Request) -> dict[str, str]:
    return {key: str(value) for key, value in request.path_params.items()}


@get("/coloured/{colour:str}/{length:float}")
async def coloured(colour: Colour, length: float) -> Colour:
    return colour


@get("/search", tags=["values"])
async def search(
    q: str,
    filters: Annotated[Filters, Query()],
    page: Annotated[int, Query(ge=1, title="Page")] = 1,
    size: Size | None = None,
    colours: list[Colour] | None = None,
    since: dt.datetime | None = None,
    x_token: Annotated[str | None, Header()] = None,
    session: Annotated[str | None, Parameter(cookie="session-id", deprecated=True)] = None,
) -> Page[str]:
    """Look for things.

    In all of them.

    Args:
        q: What to look for.
        size: How large.
    """
    return Page([q, str(page)], 2)


@post("/forms/signup", tags=["forms"])
async def signup(data: Annotated[Signup, Form()]) -> Signup:
    return data


@post("/forms/fields", tags=["forms"])
async def form_fields(
    name: Annotated[str, Form()], ages: Annotated[list[int] | None, Form()] = None
) -> dict[str, int]:
    return {name: len(ages or [])}


@post("/forms/upload", tags=["forms"])
async def upload(
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> int:
    return data.file.size


@post("/forms/file", tags=["forms"])
async def one_file(file: UploadFile) -> int:
    return file.size


@post("/forms/files", tags=["forms"])
async def all_files(
    data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
) -> list[str]:
    return sorted(data)


@put("/raw")
async def raw(body: bytes) -> int:
    return len(body)


@put("/chunks")
async def chunks(data: AsyncIterator[bytes]) -> int:
    return sum([len(chunk) async for chunk in data])


@put("/packed")
async def packed(
    data: Annotated[Point, Body(media_type=["application/json", RequestEncodingType.MESSAGEPACK])],
) -> Point:
    return data


@get("/negotiated", media_type=["application/json", "application/vnd.msgpack"])
async def negotiated() -> Point:
    return Point(1)


@get("/text")
async def text() -> str:
    return "text"


@get("/bytes", media_type="image/png", content_media_type="image/png")
async def image() -> bytes:
    return b"\x89PNG"


@get("/wrapped", response_headers={"x-served-by": "us"}, response_cookies=[Cookie("seen", "1")])
async def wrapped() -> Response[Point]:
    return Response(Point(2), headers={"x-more": "1"})


@get("/elsewhere")
async def elsewhere() -> Redirect:
    return Redirect("/text")


@get("/lines")
async def lines() -> JSONLines[Point]:
    return JSONLines([Point(1), Point(2)])


@get("/yielded")
async def yielded() -> AsyncIterator[Point]:
    yield Point(3)


@get("/events")
async def events() -> ServerSentEvent[ServerSentEventMessage]:
    return ServerSentEvent([ServerSentEventMessage("a", event="x", id="1")])


@get("/money", type_encoders={Money: encode_money})
async def money() -> Money:
    return Money(250)


@get("/nothing")
async def nothing() -> None:
    return None


@delete("/things/{thing_id:int}")
async def remove(thing_id: int) -> None:
    return None


@route("/both", http_method=["GET", "PUT"], deprecated=True, summary="Either", status_code=200)
async def both() -> Literal["ok"]:
    return "ok"


class Teapot(HTTPException):
    """The pot is short and stout."""

    status_code = 418


def pour(request: Request, exc: Teapot) -> Response[Movie]:
    return Response({"title": exc.detail}, status_code=418)


@get(
    "/tea",
    raises=[Teapot],
    exception_handlers={Teapot: pour},
    responses={410: ResponseSpec(Strict, description="Gone.")},
)
async def tea(cups: int = 1) -> str:
    if cups > 2:
        raise Teapot("too much")
    return "tea"


def only_members(connection: Request, handler: BaseRouteHandler) -> None:
    if connection.headers.get("authorization") is None:
        raise NotAuthorizedException
    if connection.headers["authorization"] != "Bearer member":
        raise PermissionDeniedException


class Members(Controller):
    path = "/members"
    tags = ["members"]
    guards = [only_members]
    security = [{"bearer": []}]

    @get()
    async def list(self) -> list[Person]:
        return [Person(name="Ada")]

    @get("/{member_id:int}", operation_id=lambda handler, method, path: f"{method}_{path[0]}")
    async def show(self, member_id: int) -> Person:
        return Person(name=str(member_id))


@get("/hidden", include_in_schema=False)
async def hidden() -> str:
    return "hidden"


@get()
async def list_things() -> list[Node]:
    return [Node("a", [Node("b")])]


@get("/where")
async def where() -> Path:
    return Path("/here")


@get("/file")
async def file() -> File:
    return File(__file__)


@get("/versioned", etag="content", cache_control=CacheControlHeader(max_age=5), timeout=30)
async def versioned() -> Point:
    return Point(4)


CONFIG = OpenAPIConfig(
    title="Everything",
    version="2.1",
    summary="All there is",
    description="Every *kind* of thing.",
    contact=Contact(name="Ada", email="ada@example.com"),
    license=License(name="MIT", identifier="MIT"),
    servers=[{"url": "/", "description": "here"}],
    tags=[Tag(name="values", description="What goes in"), Tag(name="queries", parent="values")],
    components=Components(
        security_schemes={
            "bearer": SecurityScheme(type="http", scheme="bearer"),
            "key": SecurityScheme(type="apiKey", name="x-key", security_scheme_in="header"),
        }
    ),
    webhooks={
        "sold": Operation(
            method="POST",
            path="sold",
            operation_id="sold",
            body=RequestBody(contents=(DocumentContent(type=Movie),)),
            responses={200: DocumentResponse(description="Thank you")},
        )
    },
)


def make(config: OpenAPIConfig | None = CONFIG, without: Sequence[str] = ()) -> Pleiad:
    return Pleiad(
        [
            *(echo(kind, name) for name, kind in ECHOES.items() if name not in without),
            get_item,
            typed_path,
            coloured,
            search,
            signup,
            form_fields,
            upload,
            one_file,
            all_files,
            raw,
            chunks,
            packed,
            negotiated,
            text,
            image,
            wrapped,
            elsewhere,
            lines,
            yielded,
            events,
            money,
            nothing,
            remove,
            both,
            tea,
            Members,
            hidden,
            where,
            file,
            versioned,
            Router("/things", route_handlers=[list_things], tags=["things"]),
        ],
        openapi_config=config,
    )


app = make()
