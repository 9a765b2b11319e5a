"""How an app that has answered an exception tells the test of it.

An app that turns an unexpected exception into a 500 has nothing left to raise: a server would log
it a second time. A client for tests puts a function into the scope's extensions, which the app
calls with the exception after it has decided how to answer:

    report = (scope.get("extensions") or {}).get("pleiad.report")
    if report is not None:
        report(exception)

With `raise_server_exceptions` the client raises the exception once the app has ended; otherwise it
returns the answer. Of several exceptions the first one counts.
"""

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["REPORT", "Report"]

REPORT = "pleiad.report"
"""The key in `scope["extensions"]`."""

Report: TypeAlias = Callable[[BaseException], None]
"""What stands there: it returns at once and raises nothing."""
