from pleiad import Pleiad, get
from pleiad.exceptions import ProblemDetails


@get("/")
async def home() -> str:
    return ""


Pleiad([home], problem_details=ProblemDetails(base="https://example.com/problems"))
