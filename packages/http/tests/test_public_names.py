import inspect
import subprocess
import sys
import typing
from typing import Any

import pytest

import pleiad_http

ALLOWED = {
    "pleiad_http",
    "builtins",
    "typing",
    "types",
    "collections",
    "asyncio",
    "_io",
    "io",
    "enum",
    "abc",
    "os",
}
"""Where types in public signatures come from: no third party's, so none of them is a promise."""


def test_every_name_is_there() -> None:
    assert len(set(pleiad_http.__all__)) == len(pleiad_http.__all__)
    for name in pleiad_http.__all__:
        assert hasattr(pleiad_http, name)


def test_nothing_is_public_by_accident() -> None:
    public = {
        name
        for name, value in vars(pleiad_http).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public <= set(pleiad_http.__all__)


def functions() -> list[Any]:
    found: list[Any] = []
    for name in pleiad_http.__all__:
        value = getattr(pleiad_http, name)
        if inspect.isfunction(value):
            found.append(pytest.param(value, id=name))
        elif inspect.isclass(value) and value.__module__.startswith("pleiad_http"):
            for key, member in inspect.getmembers(value):
                function = member.fget if isinstance(member, property) else member
                if inspect.isfunction(inspect.unwrap(function)) and function.__module__.startswith(
                    "pleiad_http"
                ):
                    found.append(pytest.param(function, id=f"{name}.{key}"))
    return found


def modules_of(annotation: Any) -> set[str]:
    arguments = typing.get_args(annotation)
    inner = {
        module
        for each in arguments
        if not isinstance(each, str | int)
        for module in modules_of(each)
    }
    if isinstance(annotation, list):
        return {module for each in annotation for module in modules_of(each)}
    return inner | {getattr(annotation, "__module__", "builtins").partition(".")[0]}


@pytest.mark.parametrize("function", functions())
def test_signatures_resolve_and_name_no_third_party(function: Any) -> None:
    for annotation in typing.get_type_hints(function).values():
        assert modules_of(annotation) <= ALLOWED


@pytest.mark.parametrize("function", functions())
def test_what_is_public_is_documented(function: Any) -> None:
    name = function.__name__
    if not name.startswith("_"):
        assert inspect.getdoc(function), function.__qualname__


@pytest.mark.parametrize(
    "name", [n for n in pleiad_http.__all__ if inspect.isclass(getattr(pleiad_http, n))]
)
def test_classes_are_documented(name: str) -> None:
    assert inspect.getdoc(getattr(pleiad_http, name))


HEAVY = [
    "attr",
    "attrs",
    "email",
    "hmac",
    "http.cookies",
    "ipaddress",
    "mimetypes",
    "multipart",
    "pathlib",
    "pydantic",
    "ssl",
    "tempfile",
    "urllib.request",
]


def test_importing_is_cheap() -> None:
    """Nothing heavy comes with it that msgspec, anyio and asyncio do not bring anyway."""
    program = (
        "import sys, msgspec, asyncio, anyio, anyio.abc, anyio.to_thread;"
        " anyio.create_task_group, anyio.CancelScope, anyio.move_on_after;"
        " before = set(sys.modules); import pleiad_http; print(*(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "pleiad_http.request" in loaded
    assert not loaded & set(HEAVY)


def test_values_are_encoded_without_the_optional_libraries() -> None:
    program = (
        "import sys, dataclasses, pleiad_http as h;"
        " d = dataclasses.make_dataclass('D', [('a', int)]);"
        " h.encoder_for(d, 'application/json')(h.decoder_for(d)(b'{\"a\":1}'));"
        " h.Response({'a': 1}).messages(); h.decode_json(b'[1]', list[int]);"
        " print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()) & {"attr", "attrs", "multipart", "pydantic"}


def test_the_version() -> None:
    assert pleiad_http.__version__ == "0.1.0"
