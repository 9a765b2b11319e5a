"""Typed parameters for a Starlette app, by pleiad-params alone."""

from dataclasses import dataclass
from typing import Annotated

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pleiad_http import HTTPException, error_body
from pleiad_params import Parameter, typed


@dataclass
class Review:
    stars: int
    text: str = ""


def refuse(request: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse(error_body(error), error.status_code)


@typed(path=["book_id"], on_error=refuse)
async def list_reviews(
    request: Request,
    book_id: int,
    least_stars: Annotated[int, Parameter(query="least", ge=1, le=5)] = 1,
    tags: list[str] | None = None,
) -> JSONResponse:
    return JSONResponse({"book": book_id, "least": least_stars, "tags": tags or []})


@typed(path=["book_id"], on_error=refuse)
async def add_review(request: Request, book_id: int, data: Review) -> JSONResponse:
    return JSONResponse({"book": book_id, "stars": data.stars, "text": data.text}, 201)


app = Starlette(
    routes=[
        Route("/books/{book_id}/reviews", list_reviews),
        Route("/books/{book_id}/reviews", add_review, methods=["POST"]),
    ]
)
