from pleiad import Litestar, get
from pleiad.exceptions import HTTPException, NotFoundException
from pleiad.types import Request
from pleiad.response import Response

def not_found_handler(request: Request, exc: NotFoundException) -> Response:
    return Response(
        content={"detail": str(exc.detail), "path": request.url.path},
        status_code=404,
    )

def generic_error_handler(request: Request, exc: Exception) -> Response:
    return Response(content={"error": "Internal server error"}, status_code=500)

@get("/items/{item_id:int}")
async def get_item(item_id: int) -> dict:
    if item_id == 0:
        raise NotFoundException("Item not found")
    return {"id": item_id}

app = Litestar(
    [get_item],
    exception_handlers={
        NotFoundException: not_found_handler,
        500: generic_error_handler,
    },
)
