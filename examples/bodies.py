"""Every shape of content: documents, forms with files, raw bytes, several media types."""

# --8<-- [start:imports]
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import msgspec

from pleiad import MediaType, Pleiad, post
from pleiad.datastructures import Limits, UploadFile
from pleiad.enums import RequestEncodingType
from pleiad.params import Body, Form
from pleiad.testing import TestClient

# --8<-- [end:imports]


# --8<-- [start:json]
class Line(msgspec.Struct):
    item: str
    price: Annotated[float, msgspec.Meta(gt=0)]


class Order(msgspec.Struct):
    customer: str
    lines: list[Line]


@post("/orders")
async def order(data: Order) -> Order:
    return data


# --8<-- [end:json]
# --8<-- [start:form]
@dataclass
class Book:
    title: str
    cover: UploadFile
    details: Order
    pages: int | None = None
    extras: list[UploadFile] | None = None


@post("/books")
async def add_book(
    data: Annotated[Book, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> dict[str, object]:
    cover = await data.cover.read()
    return {"title": data.title, "cover": len(cover), "customer": data.details.customer}


# --8<-- [end:form]
# --8<-- [start:fields]
@post("/login")
async def login(user: Annotated[str, Form()], remember: Annotated[bool, Form()] = False) -> str:
    return f"{user} {'stays' if remember else 'goes'}"


@post("/avatar", limits=Limits(body=100_000, files=1))
async def avatar(picture: UploadFile) -> str:
    return f"{picture.filename}: {picture.size} bytes"


# --8<-- [end:fields]
# --8<-- [start:several]
def read_pairs(content: bytes) -> dict[str, str]:
    return dict(line.split("=", 1) for line in content.decode().splitlines())


@post(
    "/lines",
    media_type=[MediaType.JSON, MediaType.MESSAGEPACK],
    media_decoders={"text/x-pairs": read_pairs},
)
async def add_line(
    data: Annotated[
        Line,
        Body(
            media_type=["application/json", "application/x-www-form-urlencoded", "text/x-pairs"],
        ),
    ],
) -> Line:
    return data


# --8<-- [end:several]
# --8<-- [start:raw]
@post("/thumbnails")
async def thumbnail(data: Annotated[bytes, Body(media_type="image/png")]) -> int:
    return len(data)


@post("/backup", limits=Limits(body=None))
async def backup(chunks: AsyncIterator[bytes]) -> int:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
    return size


# --8<-- [end:raw]
app = Pleiad([order, add_book, login, avatar, add_line, thumbnail, backup])


if __name__ == "__main__":
    with TestClient(app) as client:
        wrong = {"customer": "Ada", "lines": [{"item": "Tea", "price": 2}, {"price": -1}]}
        print(client.post("/orders", json=wrong).text)

        files = {"cover": ("cover.png", b"...", "image/png")}
        fields = {"title": "Emma", "details": json.dumps({"customer": "Ada", "lines": []})}
        print(client.post("/books", data=fields, files=files).text)
        print(client.post("/books", data={"pages": "many"}, files=files).text)

        print(client.post("/login", data={"user": "Ada", "remember": "true"}).text)
        print(client.post("/avatar", files={"picture": ("me.png", b"x" * 200_000)}).text)

        pairs = {"content-type": "text/x-pairs"}
        print(client.post("/lines", content="item=Tea\nprice=2.5", headers=pairs).text)
        csv = {"content-type": "text/csv"}
        print(client.post("/lines", content="Tea,2.5", headers=csv).text)
        print(client.post("/backup", content=b"x" * 1_000_000).text)
