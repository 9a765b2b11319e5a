from pleiad import Router, get, post, Litestar

@get("/{user_id:int}")
async def get_user(user_id: int) -> dict:
    return {"id": user_id, "name": "Alice Dev"}

@post("/")
async def create_user(data: dict) -> dict:
    return {"id": 99, **data}

user_router = Router(path="/users", route_handlers=[get_user, create_user])

app = Litestar(route_handlers=[user_router])
