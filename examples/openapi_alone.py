"""pleiad-openapi in a Starlette app, which describes nothing of itself."""

from dataclasses import asdict, dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from pleiad_openapi import (
    Content,
    DocsApp,
    Document,
    OpenAPIConfig,
    Operation,
    Parameter,
    RequestBody,
    Response,
)


@dataclass
class Book:
    """Something to read.

    Attributes:
        pages: How many there are.
    """

    title: str
    pages: int = 0


async def list_books(request: Request) -> JSONResponse:
    most = int(request.query_params.get("most", 10))
    return JSONResponse([asdict(Book("Emma", 474))][:most])


async def add_book(request: Request) -> JSONResponse:
    return JSONResponse(await request.json(), status_code=201)


OPERATIONS = [
    Operation(
        method="GET",
        path="/books",
        name="list_books",
        summary="All books",
        parameters=(Parameter(name="most", source="query", type=int, default=10),),
        responses={200: Response(description="Some", contents=(Content(type=list[Book]),))},
    ),
    Operation(
        method="POST",
        path="/books",
        name="add_book",
        summary="One more",
        body=RequestBody(contents=(Content(type=Book),)),
        responses={201: Response(description="Added", contents=(Content(type=Book),))},
    ),
]
document = Document(OpenAPIConfig(title="Library"), OPERATIONS)

app = Starlette(
    routes=[
        Route("/books", list_books, methods=["GET"]),
        Route("/books", add_book, methods=["POST"]),
        Mount("/schema", DocsApp(document)),  # a page at /schema/, the document beside it
    ]
)


if __name__ == "__main__":
    client = TestClient(app)
    print(client.get("/schema/").headers["content-type"])
    print(client.get("/schema/openapi.json").json()["components"]["schemas"]["Book"])
    print(document.yaml().decode())
