"""The names of `pleiad_params`, and the marker for dependencies, which Litestar keeps here."""

from pleiad_di import Dependency
from pleiad_params import *
from pleiad_params import __all__ as _names

__all__ = ["Dependency", *_names]  # pyright: ignore[reportUnsupportedDunderAll]
