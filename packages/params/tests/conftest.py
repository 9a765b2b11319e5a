import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from pleiad_di import Names, Planner, Source, Var, nested, run, signature_of, write
from pleiad_http import Limits
from pleiad_params import RequestValues

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")


class Bound:
    """A function whose parameters come from a request: compiled, and as the plan says."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        path: dict[str, Any] | None = None,
        declared: bool = False,
        **options: Any,
    ) -> None:
        names = Names(("scope", "receive", "send"))
        self.values = RequestValues(
            path={k: v[0] for k, v in (path or {}).items()}, names=names, **options
        )
        self.path = {key: value for key, (_, value) in (path or {}).items()}
        planner = Planner({}, self.values, names=names)
        self.keywords = planner.arguments(signature_of(function), ("GET /x",))
        if declared:
            planner.problems += self.values.take_declared(("GET /x",))
        self.problems = [str(each) for each in planner.problems]
        self.steps = nested([*self.values.drain(), *planner.steps], names)
        out = Source(
            "values",
            ("scope", "receive", "send"),
            label="<test>",
            names=Names(set(names) - {"decode", "invalid"}),
        )
        write(self.steps, out)
        arguments = ", ".join(f"{name!r}: {out.value(value)}" for name, value in self.keywords)
        out.line(f"return {{{arguments}}}")
        self.source = str(out)
        self.compiled = out.compile() if not self.problems else None

    def __call__(
        self, query: str | bytes = b"", headers: Any = (), body: bytes = b"", app: Any = None
    ) -> dict[str, Any]:
        """The arguments out of a request; both ways must agree."""
        assert not self.problems, self.problems
        raw = [(k.lower().encode(), v.encode("latin-1")) for k, v in dict(headers).items()]
        outcomes: list[Any] = []
        for way in (self.compiled, self.interpreted):
            scope = {
                "type": "http", "method": "GET", "path": "/x", "headers": raw, "app": app,
                "query_string": query.encode() if isinstance(query, str) else query, "path_params": dict(self.path),
            }  # fmt: skip
            sent = [{"type": "http.request", "body": body}]

            async def receive(sent: Any = sent) -> Any:
                return sent.pop()

            try:
                outcomes.append(asyncio.run(way(scope, receive, None)))
            except Exception as error:
                outcomes.append(error)
        first, second = outcomes
        if isinstance(first, Exception):
            assert (type(first), str(first), first.extra) == (
                type(second),
                str(second),
                second.extra,
            )
            raise first
        assert repr(first) == repr(second) or all(type(first[k]) is type(second[k]) for k in first)
        return first  # type: ignore[no-any-return]

    async def interpreted(self, scope: Any, receive: Any, send: Any) -> dict[str, Any]:
        frame = {"scope": scope, "receive": receive, "send": send}
        await run(self.steps, frame)
        return {
            name: frame[value] if type(value) is Var else value for name, value in self.keywords
        }


@pytest.fixture(scope="session")
def bound() -> type[Bound]:
    return Bound


@pytest.fixture(scope="session")
def limits() -> type[Limits]:
    return Limits
