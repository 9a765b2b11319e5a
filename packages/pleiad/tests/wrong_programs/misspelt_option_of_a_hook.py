from typing import Any

from pleiad import Pleiad


def init(config: Any) -> None:
    config.gaurds = []


Pleiad([], on_app_init=[init])
