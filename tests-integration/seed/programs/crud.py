from pleiad import Litestar, get, post, put, delete
from pydantic import BaseModel
from typing import Optional

class Item(BaseModel):
    id: Optional[int] = None
    name: str
    price: float

ITEMS: dict[int, Item] = {}
_counter = 0

@post("/items", status_code=201)
async def create_item(data: Item) -> Item:
    global _counter
    _counter += 1
    data.id = _counter
    ITEMS[_counter] = data
    return data

@get("/items")
async def list_items() -> list[Item]:
    return list(ITEMS.values())

@get("/items/{item_id:int}")
async def get_item(item_id: int) -> Item:
    from pleiad.exceptions import NotFoundException
    if item_id not in ITEMS:
        raise NotFoundException(f"Item {item_id} not found")
    return ITEMS[item_id]

@put("/items/{item_id:int}")
async def update_item(item_id: int, data: Item) -> Item:
    from pleiad.exceptions import NotFoundException
    if item_id not in ITEMS:
        raise NotFoundException(f"Item {item_id} not found")
    data.id = item_id
    ITEMS[item_id] = data
    return data

@delete("/items/{item_id:int}", status_code=204)
async def delete_item(item_id: int) -> None:
    ITEMS.pop(item_id, None)

app = Litestar([create_item, list_items, get_item, update_item, delete_item])
