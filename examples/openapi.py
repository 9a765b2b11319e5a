"""A shop that describes itself: its document, and what a handler may say for it."""

# --8<-- [start:imports]
from typing import Annotated, Literal

import msgspec

from pleiad import Controller, Pleiad, get, post
from pleiad.exceptions import NotAuthorizedException, NotFoundException
from pleiad.openapi import (
    Components,
    OpenAPIConfig,
    RedocRenderPlugin,
    ResponseSpec,
    SecurityScheme,
    SwaggerRenderPlugin,
    Tag,
)
from pleiad.params import Parameter
from pleiad.types import Request

# --8<-- [end:imports]


# --8<-- [start:models]
class Item(msgspec.Struct):
    """Something to buy.

    Attributes:
        name: What it says on the shelf.
        price: In euros.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, examples=["Tea"])]
    price: Annotated[float, msgspec.Meta(gt=0)]
    colour: Literal["red", "blue"] | None = None


class SoldOut(msgspec.Struct):
    """Nothing is left of an item."""

    item: str
    back_in_days: int


# --8<-- [end:models]
ITEMS = [Item("Tea", 2.5), Item("Milk", 1.2)]


# --8<-- [start:handler]
@get("/items/{number:int}", responses={409: ResponseSpec(SoldOut, description="Sold out.")})
async def get_item(
    number: Annotated[int, Parameter(ge=0, description="Its place on the shelf.")],
    currency: Literal["EUR", "USD"] = "EUR",
) -> Item:
    """Show an item.

    Args:
        currency: What its price is told in.
    """
    if number >= len(ITEMS):
        raise NotFoundException
    return ITEMS[number]


# --8<-- [end:handler]
# --8<-- [start:layer]
async def staff_only(request: Request) -> None:
    if request.headers.get("authorization") != "Bearer staff":
        raise NotAuthorizedException


class Shelf(Controller):
    path = "/shelf"
    tags = ["staff"]
    guards = [staff_only]
    security = [{"staff": []}]

    @post()
    async def add(self, data: Item) -> Item:
        """Put an item on the shelf."""
        ITEMS.append(data)
        return data


@get("/health", include_in_schema=False)
async def health() -> str:
    return "well"


# --8<-- [end:layer]
# --8<-- [start:config]
app = Pleiad(
    [get_item, Shelf, health],
    openapi_config=OpenAPIConfig(
        title="Shop",
        version="1.4.0",
        description="What is *on the shelf*.",
        contact={"name": "Ada", "email": "ada@example.com"},
        tags=[Tag(name="staff", description="For those who fill the shelf.")],
        components=Components(
            security_schemes={"staff": SecurityScheme(type="http", scheme="bearer")},
        ),
        path="/docs",
        render_plugins=[RedocRenderPlugin(), SwaggerRenderPlugin()],
    ),
)
# --8<-- [end:config]


if __name__ == "__main__":
    document = app.openapi_schema
    shown = document["paths"]["/items/{number}"]["get"]
    print(shown["operationId"], "-", shown["summary"])
    for parameter in shown["parameters"]:
        print(f"  {parameter['in']} {parameter['name']}: {parameter['schema']}")
    for status, response in shown["responses"].items():
        print(f"  {status} {response['description']}")
    print(", ".join(document["components"]["schemas"]))
