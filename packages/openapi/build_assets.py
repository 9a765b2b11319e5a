"""Brings the documentation pages' scripts and styles into the wheel: hatchling runs this when it builds.

They are taken from the npm packages that `src/pleiad_openapi/assets.json` pins, through `npm pack` and
so from whatever registry npm is configured for. What arrives must have the pinned SHA-512. Without
npm or a network the package is built without them, and says so; `PLEIAD_OPENAPI_ASSETS=require`, which
the release check sets, makes that an error.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULE = Path("src") / "pleiad_openapi"


class AssetsHook(BuildHookInterface):
    """Fetches what is missing, for wheels and for editable installs alike."""

    def initialize(self, version, build_data):
        module = Path(self.root) / MODULE
        pins = json.loads((module / "assets.json").read_text())
        for name, pin in pins.items():
            target = module / "assets" / name
            if is_complete(target, pin):
                continue
            try:
                fetch(pin, target, self.root)
            except Unfetched as error:
                if os.environ.get("PLEIAD_OPENAPI_ASSETS") == "require":
                    raise
                self.app.display_warning(f"pleiad-openapi is built without {name}: {error}")


class Unfetched(RuntimeError):
    """A package could not be had."""


def is_complete(target, pin):
    """Whether all files are there, of the pinned version."""
    stamp = target / "integrity"
    if not stamp.is_file() or stamp.read_text() != pin["integrity"]:
        return False
    return all((target / each).is_file() for each in pin["files"].values())


def fetch(pin, target, root):
    """Fetch a package, and keep of it what is pinned."""
    with tempfile.TemporaryDirectory(dir=root, prefix=".assets-") as place:
        archive = packed(f"{pin['package']}@{pin['version']}", place)
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != pin["integrity"]:
            raise Unfetched(f"{pin['package']} {pin['version']} is not what was pinned: {digest}")
        fresh = Path(place) / "fresh"
        fresh.mkdir()
        with tarfile.open(archive) as tar:
            for inner, outer in pin["files"].items():
                extract(tar, inner, fresh / outer)
                replace(fresh / outer, pin.get("replaced", {}))
            for inner in pin["licences"]:
                extract(tar, inner, fresh / f"LICENCE-{Path(inner).name}")
        (fresh / "integrity").write_text(pin["integrity"])
        target.parent.mkdir(exist_ok=True)
        if is_complete(target, pin):  # another build came first
            return
        shutil.rmtree(target, ignore_errors=True)
        try:
            fresh.rename(target)
        except OSError:
            if not is_complete(target, pin):
                raise


def packed(package, place):
    """The package's archive, as npm gives it."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unfetched("there is no npm")
    words = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", place, package]
    try:
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        raise Unfetched(f"npm did not bring {package} in two minutes") from None
    if done.returncode:
        raise Unfetched(f"npm did not bring {package}: {done.stderr.strip()[-300:]}")
    return next(Path(place).glob("*.tgz"))


def replace(file, replaced):
    """Put other texts for some, each of which must be there."""
    text = file.read_text(encoding="utf-8")
    for old, new in replaced.items():
        if old not in text:
            raise Unfetched(f"{file.name} has no {old} to replace")
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def extract(tar, inner, outer):
    """Write one file of an archive."""
    outer.write_bytes(tar.extractfile(f"package/{inner}").read())
