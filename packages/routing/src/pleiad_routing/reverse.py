"""Reverse lookup: from a name to a path."""

from collections.abc import Iterator, Mapping
from typing import Any

from pleiad_routing.errors import NoRouteFound, did_you_mean
from pleiad_routing.template import Template

__all__ = ["Reverse"]


class Reverse(Mapping[str, tuple[Template, ...]]):
    """Names of templates; a name may stand for several that differ in their parameters."""

    __slots__ = ("_templates",)

    def __init__(self) -> None:
        self._templates: dict[str, tuple[Template, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Template, ...]:
        return self._templates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._templates)

    def __len__(self) -> int:
        return len(self._templates)

    def add(self, name: str, template: Template) -> None:
        """Give a template a name."""
        known = self._templates.get(name, ())
        if template not in known:
            self._templates[name] = (*known, template)

    def path(self, name: str, /, **values: Any) -> str:
        """The path of a name, quoted: of its templates, the first that these values fit.

        Raises:
            NoRouteFound: There is no such name, or no template for these values.
        """
        templates = self._templates.get(name)
        if templates is None:
            raise NoRouteFound(f"there is no route '{name}'.{did_you_mean(name, self)}")
        problems: list[str] = []
        for template in templates:
            try:
                return template.format(**values)
            except NoRouteFound as error:
                problems.append(str(error))
        raise NoRouteFound("; ".join(problems)) from None
