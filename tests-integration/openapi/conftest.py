"""What the tests of documents share: the app with everything, and the apps of the examples."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
sys.path.insert(0, str(HERE.parent / "servers"))


def load(path: Path):
    """Run a module anew, under a name that nothing else has."""
    name = f"described_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def every_kind():
    return load(HERE / "every_kind.py")


@pytest.fixture(scope="session")
def every_socket():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        return load(HERE / "every_socket.py").app


@pytest.fixture
def example(request, monkeypatch):
    """An example's app, by the name of its module."""
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.delitem(sys.modules, request.param, raising=False)
    return importlib.import_module(request.param).app
