"""The models again, as pydantic's: what FastAPI's users write, and other frameworks take too."""

from domain import BOOK_ROWS, SHELF
from pydantic import BaseModel


class BookModel(BaseModel):
    id: int
    title: str
    author: str
    pages: int


class NewMember(BaseModel):
    username: str
    email: str
    age: int


class Member(BaseModel):
    id: int
    username: str
    email: str


CATALOG = [BookModel(**row) for row in BOOK_ROWS]
BOOK_MODELS = CATALOG[:SHELF]
