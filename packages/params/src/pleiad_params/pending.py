"""What is planned of a request's values and not yet handed over, and in which order it stands.

Values of path, query, headers and cookies come first, and are refused before content is read: a
wrong header must not cost an upload.
"""

from collections.abc import Callable
from typing import Any

from pleiad_di import Call, Names, Open, Step, Var
from pleiad_params.steps import NoErrors, ReadBody, Refuse

__all__ = ["ERRORS", "Pending"]

ERRORS = Var("errors")
"""The variable that takes what is wrong."""


class Pending:
    """The steps that are planned, by stage.

    Args:
        names: Gives the variables their names.

    Attributes:
        content: Reads the content, if anybody asked for it.
    """

    def __init__(self, names: Names) -> None:
        names.fresh(ERRORS)
        self.content: ReadBody | Call | Open | None = None
        self._names = names
        self._prepared: dict[object, Var] = {}
        self._setup: list[Step] = []
        self._values: list[Step] = []
        self._late: list[Step] = []
        self._may_fail = False
        self._counts_errors = False

    def prepare(self, key: object, hint: str, step: Callable[[str], Step]) -> Var:
        """A step that several values rest on: it stands once, before all of them."""
        if key not in self._prepared:
            variable = self._prepared[key] = self.variable(hint)
            self._setup.append(step(variable))
        return self._prepared[key]

    def value(self, hint: str, step: Callable[[str], Step]) -> Var:
        """A step that takes one value."""
        variable = self.variable(hint)
        self._values.append(step(variable))
        return variable

    def call(
        self, hint: str, function: Callable[..., Any], arguments: tuple[Any, ...], called: str = ""
    ) -> Var:
        """A value that is had by a call, and may be wrong."""
        self._may_fail = self._may_fail or ERRORS in arguments
        return self.value(hint, lambda gives: Call(function, arguments, gives=gives, called=called))

    def late(self, hint: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Var:
        """A value that is taken out of the content, or is the content as it comes."""
        variable = self.variable(hint)
        self._late.append(Call(function, arguments, gives=variable))
        return variable

    def variable(self, hint: str) -> Var:
        """A new variable."""
        return Var(self._names.fresh(hint))

    def drain(self) -> list[Step]:
        """The steps of all that was planned since the last call, in the order in which they stand."""
        content = self.content
        decode = content.decode if isinstance(content, ReadBody) else None
        checked = bool(self._values) and self._may_fail
        checks_content = isinstance(content, Call | Open) or decode is not None
        steps = [*self._setup]
        if (checked or checks_content) and not self._counts_errors:
            self._counts_errors = True
            steps.append(NoErrors())
        steps += self._values
        if checked:
            limit = content.limit if isinstance(content, ReadBody) and decode else None
            steps.append(Refuse(decode, limit))
        if content is not None:
            steps.append(content)
        steps += self._late
        if checks_content:
            steps.append(Refuse())
        self._setup, self._values, self._late = [], [], []
        self.content, self._may_fail = None, False
        return steps
