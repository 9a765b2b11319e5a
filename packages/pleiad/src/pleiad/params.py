"""The names of `pleiad_params`."""

from pleiad_params import *
from pleiad_params import __all__ as __all__
