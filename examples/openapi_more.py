"""A document that says more: examples that are made up, and operations with extensions."""

# --8<-- [start:imports]
from functools import partial
from typing import Annotated, Any, Literal

import msgspec

from pleiad import Pleiad, get, post
from pleiad.openapi import OpenAPIConfig, Operation, ResponseSpec

# --8<-- [end:imports]


# --8<-- [start:models]
class Parcel(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-\d{4}$")]
    weight: Annotated[float, msgspec.Meta(gt=0, le=30)]
    size: Literal["small", "large"]
    content: Annotated[str, msgspec.Meta(examples=["Books"])]
    within: "list[Parcel]" = []


# --8<-- [end:models]
# --8<-- [start:operation]
class Owned(Operation, kw_only=True):
    owner: str = "post office"

    def to_schema(self, written: dict[str, Any]) -> dict[str, Any]:
        written["x-owner"] = self.owner
        written["x-codeSamples"] = [{"lang": "shell", "source": f"http {self.method} :{self.path}"}]
        return written


@get("/parcels/{code:str}", operation_class=partial(Owned, owner="tracking"))
async def track(code: str) -> Parcel:
    return Parcel(code, 1.5, "small", "Tea")


# --8<-- [end:operation]
# --8<-- [start:app]
@post("/parcels", responses={409: ResponseSpec(str, generate_examples=False)})
async def send(data: Parcel) -> Parcel:
    return data


app = Pleiad(
    [send, track],
    operation_class=Owned,
    openapi_config=OpenAPIConfig(create_examples=True, random_seed=7),
)
# --8<-- [end:app]


if __name__ == "__main__":
    paths = app.openapi_schema["paths"]
    sent = paths["/parcels"]["post"]["requestBody"]["content"]["application/json"]
    print(sent["examples"]["generated"]["value"])
    for path, item in paths.items():
        for method, operation in item.items():
            print(method, path, operation["x-owner"], operation["x-codeSamples"][0]["source"])
