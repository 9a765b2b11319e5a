"""The apps of `apps/`, in the order of the table: the hand-written one is the measure."""

import importlib
from typing import NamedTuple

MEASURE = "hand-written"
MODULES = {
    MEASURE: "hand_written",
    "Pleiad": "pleiad_app",
    "Litestar": "litestar_app",
    "FastAPI": "fastapi_app",
    "Starlette": "starlette_app",
    "BlackSheep": "blacksheep_app",
    "Falcon": "falcon_app",
    "Sanic": "sanic_app",
}
ON_THEIR_OWN = {"Robyn": "robyn_app.py"}
"""What has no ASGI app, only a server of its own: a program that is given a port."""


class Contender(NamedTuple):
    """One framework's two apps."""

    name: str
    app: object
    layered: object

    def serving(self, layers: int):
        return self.layered if layers else self.app


def load(names) -> tuple[list[Contender], dict[str, str]]:
    """Import what can be imported: the contenders, and for each one that cannot be, why."""
    found, missing = [], {}
    for name in names:
        try:
            module = importlib.import_module(f"apps.{MODULES[name]}")
        except ImportError as error:
            missing[name] = str(error)
        else:
            found.append(Contender(name, module.app, module.layered))
    return found, missing
