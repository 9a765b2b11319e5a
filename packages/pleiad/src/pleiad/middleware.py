"""The names of `pleiad_middleware`."""

from pleiad_middleware import *
from pleiad_middleware import __all__ as __all__
