from pleiad import Litestar, get

@get("/hello/{name:str}")
async def hello(name: str) -> dict:
    return {"message": f"Hello, {name}!"}

app = Litestar([hello])
