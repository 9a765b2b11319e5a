"""What a client is shown of an unexpected exception when the app runs with `debug=True`."""

import linecache
import traceback
from html import escape
from types import FrameType, TracebackType
from typing import Any

from pleiad_http import MediaType, Response, Scope

__all__ = ["debug_members", "debug_response", "takes_html"]

AROUND = 7
"""Lines of source shown before and after the one that was running."""

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.3rem } summary { cursor: pointer; padding: .3rem 0 }
pre { background: #f5f5f5; overflow-x: auto; padding: .6rem } mark { background: #ffd9d9 }
@media (prefers-color-scheme: dark) {
  body, summary { background: #16181d; color: #e6e6e6 } pre { background: #22252c }
  mark { background: #6b2b2b; color: inherit }
}
"""


def debug_response(error: Exception, scope: Scope) -> Response[str]:
    """A page for a browser, a plain traceback for anything else."""
    if takes_html(scope):
        return Response(_page(error, scope), status_code=500, media_type=MediaType.HTML)
    text = "".join(traceback.format_exception(error))
    return Response(text, status_code=500, media_type=MediaType.TEXT)


def debug_members(error: Exception) -> dict[str, Any]:
    """What a problem document shows."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return {"detail": f"{type(error).__name__}: {error}", "traceback": lines}


def takes_html(scope: Scope) -> bool:
    """Whether a browser asks."""
    return any(b"text/html" in value for name, value in scope["headers"] if name == b"accept")


def _page(error: Exception, scope: Scope) -> str:
    title = escape(f"{type(error).__name__}: {error}")
    request = escape(f"{scope.get('method', '')} {scope.get('path', '')}")
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain:
        chain.append(before)
    parts = "".join(_section(each, first=each is error) for each in chain)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<style>{STYLE}</style><h1>{title}</h1><p>while answering <code>{request}</code></p>{parts}"
    )


def _section(error: BaseException, *, first: bool) -> str:
    head = "" if first else f"<h2>{escape(f'{type(error).__name__}: {error}')}</h2>"
    frames = list(_frames(error.__traceback__))
    shown = "".join(_frame(f, n, is_open=i == len(frames) - 1) for i, (f, n) in enumerate(frames))
    return f"<section>{head}{shown}</section>"


def _frames(trace: TracebackType | None) -> Any:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _frame(frame: FrameType, number: int, *, is_open: bool) -> str:
    code = frame.f_code
    where = escape(f"{code.co_filename}:{number} in {code.co_qualname}")
    lines = [
        _line(linecache.getline(code.co_filename, each), each, each == number)
        for each in range(max(1, number - AROUND), number + AROUND + 1)
    ]
    return f"<details{' open' if is_open else ''}><summary>{where}</summary><pre>{''.join(lines)}</pre></details>"


def _line(text: str, number: int, running: bool) -> str:  # noqa: FBT001
    shown = f"{number:5}  {escape(text.rstrip())}"
    return f"<mark>{shown}</mark>\n" if running else f"{shown}\n"
