"""What is wrong with what is to be described.

OpenAPIError, also a ValueError
└── OpenAPIErrors    all of them, told at once
"""

from collections.abc import Sequence

__all__ = ["OpenAPIError", "OpenAPIErrors"]


class OpenAPIError(ValueError):
    """Something that no document can describe.

    Args:
        where: The places that it is about, such as `POST /items, content`.
        found: What is wrong.
        repair: What to write instead.
    """

    def __init__(self, where: Sequence[str], found: str, repair: str) -> None:
        self.where = tuple(where)
        self.found = found
        self.repair = repair
        super().__init__(f"{' and '.join(self.where)}: {found}: {repair}")


class OpenAPIErrors(OpenAPIError):
    """All that is wrong.

    Args:
        problems: Each of them.
    """

    def __init__(self, problems: Sequence[OpenAPIError]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.where, first.found, first.repair)
        self.args = ("\n".join(dict.fromkeys(map(str, self.problems))),)
