"""The client chooses among media types, and users add some."""

from typing import Any

import msgspec
import pydantic
import pytest

from pleiad import MediaType, Pleiad, Response, get, post
from pleiad.exceptions import ImproperlyConfiguredException
from pleiad.testing import TestClient

LINES = "text/x-lines"


class Item(msgspec.Struct):
    name: str
    price: float = 1.0


class Model(pydantic.BaseModel):
    name: str


def as_lines(value: Any) -> bytes:
    return "\n".join(f"{key}={each}" for key, each in value.items()).encode()


@get(
    "/item",
    media_type=[MediaType.JSON, MediaType.MESSAGEPACK, LINES],
    media_encoders={LINES: as_lines},
)
async def item() -> Item:
    return Item("Tea")


@get("/response", media_type=[MediaType.JSON, LINES], media_encoders={LINES: as_lines})
async def response() -> Response[Model]:
    return Response(Model(name="Tea"), status_code=203, headers={"x-a": "b"})


@get("/lines", media_type=LINES, media_encoders={LINES: as_lines})
async def lines() -> dict[str, int]:
    return {"a": 1}


JSON = b'{"name":"Tea","price":1.0}'
PACKED = msgspec.msgpack.encode({"name": "Tea", "price": 1.0})
TEXT = b"name=Tea\nprice=1.0"


@pytest.fixture(scope="module")
def client() -> Any:
    with TestClient(Pleiad([item, response, lines])) as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "media_type", "content"),
    [
        pytest.param(None, "application/json", JSON, id="no header: the first"),
        pytest.param("*/*", "application/json", JSON, id="anything: the first"),
        pytest.param("application/vnd.msgpack", "application/vnd.msgpack", PACKED, id="named"),
        pytest.param("TEXT/*", f"{LINES}; charset=utf-8", TEXT, id="range, in capitals"),
        pytest.param("application/json;q=0.1, text/x-lines;q=0.5", f"{LINES}; charset=utf-8", TEXT, id="by quality"),
        pytest.param("application/json;q=0, */*;q=0.1", "application/vnd.msgpack", PACKED, id="not JSON"),
        pytest.param("image/png, application/json", "application/json", JSON, id="what there is"),
    ],
)  # fmt: skip
def test_accept_chooses(client: Any, accept: str | None, media_type: str, content: bytes) -> None:
    answer = client.get("/item", headers={"accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        media_type,
        content,
    )
    assert answer.headers["vary"] == "accept"


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html, image/*"])
def test_nothing_fits(client: Any, accept: str) -> None:
    answer = client.get("/item", headers={"accept": accept})
    assert answer.status_code == 406
    assert "application/vnd.msgpack" in answer.json()["detail"]


def test_the_handler_does_not_run_where_nothing_fits() -> None:
    ran: list[int] = []

    @post("/", media_type=[MediaType.JSON, MediaType.MESSAGEPACK])
    async def create() -> int:
        ran.append(1)
        return 1

    with TestClient(Pleiad([create])) as client:
        assert client.post("/", headers={"accept": "image/png"}).status_code == 406
    assert ran == []


def test_a_response_of_the_handlers_own(client: Any) -> None:
    answer = client.get("/response", headers={"accept": LINES})
    assert (answer.status_code, answer.headers["x-a"], answer.content) == (203, "b", b"name=Tea")


def test_one_media_type_of_a_user(client: Any) -> None:
    answer = client.get("/lines", headers={"accept": "image/png"})
    assert (answer.status_code, answer.content) == (200, b"a=1")
    assert "vary" not in answer.headers


def test_a_hook_may_answer_in_its_own_type() -> None:
    def early() -> dict[str, str]:
        return {"early": "yes"}

    def stamped(response: Response[Any]) -> Response[Any]:
        response.headers["x-stamped"] = "yes"
        return response

    @get(
        "/",
        media_type=[MediaType.JSON, MediaType.MESSAGEPACK],
        before_request=early,
        after_request=stamped,
    )
    async def handler() -> int:
        return 1

    with TestClient(Pleiad([handler])) as client:
        answer = client.get("/", headers={"accept": "application/vnd.msgpack"})
    assert (answer.json(), answer.headers["x-stamped"]) == ({"early": "yes"}, "yes")


def test_a_media_type_that_nobody_writes() -> None:
    @get("/", media_type="application/yaml")
    async def handler() -> dict[str, int]:
        return {}

    with pytest.raises(
        ImproperlyConfiguredException, match="no codec writes dict.* as 'application/yaml'"
    ):
        Pleiad([handler])
