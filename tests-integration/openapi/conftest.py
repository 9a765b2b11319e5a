"""What the tests of documents share: the app with everything, the apps of the examples, a browser."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
PACKAGE = EXAMPLES.parent / "packages" / "openapi"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
)
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


# The pages in a browser


@pytest.fixture(scope="session")
def assets(tmp_path_factory):
    """The pages' scripts in the package: a checkout may have been cleaned since it was installed."""
    if not shutil.which("npm"):
        pytest.skip("there is no npm")
    out = tmp_path_factory.mktemp("wheel")
    required = {**os.environ, "PLEIAD_OPENAPI_ASSETS": "require"}
    words = (sys.executable, "-m", "uv", "build", "-q", "--wheel", "--out-dir", out, PACKAGE)
    subprocess.run(words, env=required, check=True)


@pytest.fixture(scope="module")
def base_url(assets):
    """The address of a server with the pages of `examples/crud.py`."""
    from server_process import uvicorn

    with uvicorn(EXAMPLES, "crud:app") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def browser():
    """Chromium, which finds no other host."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    flags = [f"--{flag}".strip() for flag in FLAGS.removeprefix("--").split(" --")]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def told() -> list[str]:
    """What the browser told of that should not be: other hosts, blocked requests, exceptions."""
    return []


@pytest.fixture
def page(browser, base_url, told):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    own = (base_url, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else told.append(f"asked {r.url}"))
    page.on("requestfailed", lambda r: told.append(f"failed {r.url}"))
    page.on("pageerror", lambda error: told.append(f"raised {error}"))
    page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
    yield page
    context.close()


@pytest.fixture
def keep(page):
    """Give a function that keeps a screenshot, as a build artefact."""

    def screenshot(name):
        folder = os.environ.get("PLEIAD_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return screenshot
