from pleiad import Pleiad, get


@get("/")
async def home() -> str:
    return ""


Pleiad([home], problem_details="https://example.com/problems/")  # type: ignore[arg-type]
