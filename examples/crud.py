"""Items, kept in memory: create, list, show, update, delete."""

# --8<-- [start:model]
from itertools import count

from pydantic import BaseModel

from pleiad import Pleiad, delete, get, post, put
from pleiad.exceptions import NotFoundException


class Item(BaseModel):
    id: int | None = None
    name: str
    price: float


ITEMS: dict[int, Item] = {}
NUMBERS = count(1)


# --8<-- [end:model]
# --8<-- [start:create]
@post("/items", status_code=201)
async def create_item(data: Item) -> Item:
    data.id = next(NUMBERS)
    ITEMS[data.id] = data
    return data


# --8<-- [end:create]
# --8<-- [start:read]
@get("/items")
async def list_items() -> list[Item]:
    return list(ITEMS.values())


@get("/items/{item_id:int}")
async def get_item(item_id: int) -> Item:
    if item_id not in ITEMS:
        raise NotFoundException(f"Item {item_id} not found")
    return ITEMS[item_id]


# --8<-- [end:read]
# --8<-- [start:write]
@put("/items/{item_id:int}")
async def update_item(item_id: int, data: Item) -> Item:
    if item_id not in ITEMS:
        raise NotFoundException(f"Item {item_id} not found")
    data.id = item_id
    ITEMS[item_id] = data
    return data


@delete("/items/{item_id:int}", status_code=204)
async def delete_item(item_id: int) -> None:
    ITEMS.pop(item_id, None)


# --8<-- [end:write]
# --8<-- [start:app]
app = Pleiad([create_item, list_items, get_item, update_item, delete_item])
# --8<-- [end:app]
