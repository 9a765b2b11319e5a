from dataclasses import dataclass

from pleiad import Pleiad, post
from pleiad.datastructures import UploadFile


@dataclass
class Book:
    title: str
    cover: UploadFile


@post("/books")
async def add_book(data: Book) -> str:
    return data.title


Pleiad([add_book])
