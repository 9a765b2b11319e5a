"""The return check in an app: which layer says how deep, what the log tells, what is encoded."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import attrs
import msgspec
import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, computed_field

from pleiad import Controller, Pleiad, Response, Router, get, post
from pleiad.testing import TestClient
from pleiad_http import ServerSentEventMessage

T = TypeVar("T")


class Money(msgspec.Struct):
    amount: int


WRONG: Any = Money("many")  # type: ignore[arg-type]
"""Right as far as its type goes, and wrong within."""

POLICIES: list[Any] = [
    pytest.param({}, True, id="by default"),
    *(
        pytest.param({layer: "always"}, False, id=layer)
        for layer in ("app", "router", "controller", "handler")
    ),
    pytest.param({"app": "always", "handler": "types"}, True, id="the handler's wins"),
    pytest.param(
        {"app": "off", "router": "always", "controller": "off"}, True, id="the controller's"
    ),
    pytest.param({"router": "off", "handler": "always"}, False, id="deeper within"),
]


@pytest.mark.parametrize(("policies", "passes"), POLICIES)
@pytest.mark.parametrize("wrapped", [False, True], ids=["value", "response"])
def test_the_nearest_layers_policy_holds(policies: Any, passes: bool, wrapped: bool) -> None:
    def options(layer: str) -> Any:
        return {"validate_responses": policies[layer]} if layer in policies else {}

    async def value(self: Any) -> Money:
        return WRONG  # type: ignore[no-any-return]

    async def response(self: Any) -> Response[Money]:
        return Response(WRONG)

    names = {"path": "/", "money": get("/", **options("handler"))(response if wrapped else value)}
    controller: Any = type("Bank", (Controller,), names | options("controller"))
    router = Router("/", route_handlers=[controller], **options("router"))
    with TestClient(Pleiad([router], **options("app")), raise_server_exceptions=False) as client:
        assert client.get("/").status_code == (200 if passes else 500)


def test_off_looks_at_nothing() -> None:
    @get("/", validate_responses="off")
    async def handler() -> int:
        return "x"  # type: ignore[return-value]

    with TestClient(Pleiad([handler])) as client:
        assert client.get("/").text == '"x"'


@get("/value")
async def value() -> dict[str, list[Money]]:
    return {"a": [Money(1), WRONG]}


@get("/response")
async def response() -> Response[int | list[Money]]:
    return Response([WRONG])


@get("/either")
async def either() -> Response[Money] | list[int]:
    return Response("x")  # type: ignore[arg-type]


@get("/text")
async def text() -> AsyncIterator[str]:
    yield "a"
    yield 1  # type: ignore[misc]


@get("/content")
async def content() -> Iterator[bytes]:
    yield "a"  # type: ignore[misc]


@get("/lines")
async def lines() -> AsyncIterator[Money]:
    yield Money(1)
    yield WRONG


@get("/events")
async def events() -> AsyncIterator[ServerSentEventMessage | str]:
    yield "a"
    yield 1  # type: ignore[misc]


LOG: list[Any] = [
    pytest.param("/value", "declares int at 'a[1].amount', but returned str 'many'", id="value"),
    pytest.param("/response", "declares int at '[0].amount', but returned str 'many'", id="response"),
    pytest.param("/either", "declares Money | list[int], but returned str 'x'", id="union"),
    pytest.param("/text", "declares str, but returned int 1, after the response began", id="text"),
    pytest.param("/content", "declares bytes, but returned str 'a', after the response began", id="bytes"),
    pytest.param("/lines", "declares int at 'amount', but returned str 'many', after the response began", id="lines"),
    pytest.param("/events", "but returned int 1, after the response began", id="events"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "told"), LOG)
def test_one_line_in_the_log_tells_all(path: str, told: str, caplog: Any) -> None:
    handlers = [value, response, either, text, content, lines, events]
    app = Pleiad(handlers, validate_responses="always")
    with (
        caplog.at_level(logging.INFO, logger="pleiad"),
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        if "began" in told:
            with pytest.raises(Exception, match="in the midst of its answer"):
                client.get(path)
        else:
            answer = client.get(path)
            assert answer.status_code == 500
            assert answer.json() == {"status_code": 500, "detail": "Internal Server Error"}
    [record] = caplog.records
    assert record.message.startswith(f"GET {path}: handler '{path[1:]}' declares ")
    assert record.message.endswith(told)
    assert "\n" not in record.message and record.exc_info is None


# The original value is encoded, with all that it has


@dataclass
class Data:
    a: int
    b: int = 2
    c: "list[Data]" = field(default_factory=list)


class Struct(msgspec.Struct):
    a: int
    b: int = 2
    c: "list[Struct]" = []


@attrs.define
class Attrs:
    a: int
    b: int = 2
    c: "list[Attrs]" = attrs.field(factory=list)


class Model(BaseModel):
    a: int
    b: int = 2
    c: "list[Model]" = []


@dataclass
class Box(Generic[T]):
    items: list[T]
    label: str = "none"


class Priced(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)
    net: int = Field(alias="netPrice")

    @computed_field(alias="grossPrice")  # type: ignore[prop-decorator]
    @property
    def gross(self) -> int:
        return self.net * 2


class Page(BaseModel, Generic[T]):
    items: list[T]


FULL = {"a": 1, "b": 2, "c": [{"a": 3, "b": 2, "c": []}]}
PARTIAL = {"a": 1, "c": [{"a": 3}]}


@pytest.mark.parametrize(
    ("annotation", "sent", "answer"),
    [
        *(pytest.param(kind, PARTIAL, FULL, id=kind.__name__) for kind in (Data, Struct, Attrs, Model)),
        pytest.param(list[Data], [PARTIAL], [FULL], id="list of dataclasses"),
        pytest.param(dict[str, Data], {"k": PARTIAL}, {"k": FULL}, id="dict of dataclasses"),
        pytest.param(Box[int], {"items": [1]}, {"items": [1], "label": "none"}, id="generic"),
        pytest.param(Box[Data], {"items": [PARTIAL]}, {"items": [FULL], "label": "none"}, id="generic of dataclasses"),
        pytest.param(
            Box[Box[int]], {"items": [{"items": [1]}]},
            {"items": [{"items": [1], "label": "none"}], "label": "none"}, id="generic of generics",
        ),
        pytest.param(Box[Model], {"items": [PARTIAL]}, {"items": [FULL], "label": "none"}, id="generic of pydantic's"),
        pytest.param(Priced, {"netPrice": 1}, {"netPrice": 1, "grossPrice": 2}, id="aliases and computed fields"),
        pytest.param(list[Priced], [{"netPrice": 1}], [{"netPrice": 1, "grossPrice": 2}], id="list of them"),
        pytest.param(RootModel[list[int]], [1], [1], id="root model"),
        pytest.param(Page[int], {"items": [1]}, {"items": [1]}, id="pydantic generic"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("policy", ["types", "always"])
def test_what_came_goes_out_again(annotation: Any, sent: Any, answer: Any, policy: Any) -> None:
    async def back(data: Any) -> Any:
        return data

    back.__annotations__ = {"data": annotation, "return": annotation}
    with TestClient(Pleiad([post("/")(back)], validate_responses=policy)) as client:
        assert client.post("/", json=sent).json() == answer


def test_a_generic_model_of_pydantics_may_be_made_without_its_arguments() -> None:
    @get("/")
    async def handler() -> Page[Priced]:
        return Page(items=[Priced(netPrice=1)])

    with TestClient(Pleiad([handler], validate_responses="always")) as client:
        assert client.get("/").json() == {"items": [{"netPrice": 1, "grossPrice": 2}]}
