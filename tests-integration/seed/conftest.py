"""Loading the seed's programs, each time anew: a program keeps its items in a module global."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))


@pytest.fixture
def programs() -> Path:
    return HERE / "programs"


@pytest.fixture
def load(programs, monkeypatch):
    """Give a function that runs one program and returns its module."""

    def load_program(name, module_name=None):
        module_name = module_name or f"seed_{name}"
        spec = importlib.util.spec_from_file_location(module_name, programs / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, module_name, module)
        spec.loader.exec_module(module)
        return module

    return load_program
