"""Where a program stands: in which line a coroutine waits, or a thread works."""

import sys
from collections.abc import Collection
from types import FrameType
from typing import Any

__all__ = ["standing_coroutine", "standing_thread"]

MACHINERY = frozenset({"asyncio", "anyio", "trio", "selectors", "pleiad_testing"})
"""What runs an app, and is not what a test is about."""


def standing_coroutine(coroutine: Any) -> str:
    """Where a suspended coroutine waits, such as `at app.py:12 in hang`; empty if unknown."""
    found: FrameType | None = None
    while coroutine is not None:
        frame = _attribute(coroutine, "frame")
        if isinstance(frame, FrameType) and not _is_of(frame, MACHINERY):
            found = frame
        coroutine = _attribute(coroutine, "await") or _attribute(coroutine, "yieldfrom")
    return _described(found)


def standing_thread(ident: int | None) -> str:
    """Where a thread is at this moment; empty if unknown, or if it is its event loop that works.

    In the standard library it stands for the line that called it: `Event.wait` says nothing.
    """
    frame = sys._current_frames().get(ident or 0)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if frame is None or _is_of(frame, MACHINERY):
        return ""
    caller: FrameType | None = frame
    while caller is not None and _is_of(caller, sys.stdlib_module_names):
        caller = caller.f_back
    return _described(frame if caller is None or _is_of(caller, MACHINERY) else caller)


def _attribute(coroutine: Any, name: str) -> Any:
    for prefix in ("cr_", "gi_", "ag_"):
        value = getattr(coroutine, prefix + name, None)
        if value is not None:
            return value
    return None


def _is_of(frame: FrameType, packages: Collection[str]) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in packages


def _described(frame: FrameType | None) -> str:
    if frame is None:
        return ""
    code = frame.f_code
    return f" at {code.co_filename}:{frame.f_lineno} in {code.co_name}"
