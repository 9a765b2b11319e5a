"""Exceptions of other frameworks that have an answer are given it."""

from typing import Any

import fastapi
from starlette.exceptions import HTTPException

from pleiad import Pleiad, Request, Response, get
from pleiad.testing import TestClient


def test_starlettes_exceptions_are_answered() -> None:
    @get("/{detail:str}")
    async def foreign(detail: str) -> str:
        told: Any = {"a": 1} if detail == "dict" else detail
        raise HTTPException(418, detail=told, headers={"X-Tea": "1"})

    with TestClient(Pleiad([foreign])) as opened:
        response = opened.get("/no")
        assert (response.status_code, response.headers["x-tea"]) == (418, "1")
        assert response.json() == {"status_code": 418, "detail": "no"}
        assert opened.get("/dict").json() == {
            "status_code": 418, "detail": "I'm a Teapot", "extra": {"a": 1}
        }  # fmt: skip
    with TestClient(Pleiad([foreign], problem_details=True)) as opened:
        assert opened.get("/no").json()["title"] == "I'm a Teapot"

    def by_class(request: Request, exc: Any) -> Response[str]:
        return Response(exc.detail)

    for key in (418, HTTPException):
        with TestClient(Pleiad([foreign], exception_handlers={key: by_class})) as opened:
            response = opened.get("/no")
            assert (response.status_code, response.text) == (418, "no")


def test_fastapis_exceptions_are_starlettes() -> None:
    @get("/")
    async def foreign() -> str:
        raise fastapi.HTTPException(402, headers={"X-Pay": "1"})

    with TestClient(Pleiad([foreign], problem_details=True)) as opened:
        response = opened.get("/")
        assert (response.status_code, response.headers["x-pay"]) == (402, "1")
        assert response.json()["detail"] == "Payment Required"
