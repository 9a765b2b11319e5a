"""The scripts and styles of the pages: in the package, or at an address.

`build_assets.py` brings them when the package is built, at the versions that `assets.json` pins.
"""

import logging
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import msgspec

__all__ = ["CDN", "Asset", "AssetSource", "pins"]

CDN = "https://cdn.jsdelivr.net/npm"
"""Where the pages take their scripts from if the package was built without them."""

FOLDER = Path(__file__).parent / "assets"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

logger = logging.getLogger("pleiad_openapi")


class Pin(msgspec.Struct, frozen=True):
    """An npm package.

    Attributes:
        package: Its name.
        version: Its version.
        integrity: What its archive must be.
        files: The files that are taken, and what they are called here.
        licences: The files that say what it may be used for.
        replaced: Texts in its scripts for which others are put, such as the address of a logo that
            lies on another host.
    """

    package: str
    version: str
    integrity: str
    files: Mapping[str, str]
    licences: tuple[str, ...]
    replaced: Mapping[str, str] = {}


class Asset(msgspec.Struct, frozen=True):
    """A file to send.

    Attributes:
        media_type: What it is.
        content: What it holds.
    """

    media_type: str
    content: bytes


@lru_cache(maxsize=1)
def pins() -> Mapping[str, Pin]:
    """The packages, by the name of the folder that holds each."""
    text = (Path(__file__).parent / "assets.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Pin])


class AssetSource:
    """Where a documentation page takes its files from.

    Args:
        address: Where all of them are, if not in the package.
        folder: Where they are in the package.
    """

    def __init__(self, address: str | None = None, folder: Path = FOLDER) -> None:
        self._address = address.rstrip("/") if address else None
        self._folder = folder

    def address(self, name: str) -> str | None:
        """Where the files of a page are; `None`: in the package."""
        if self._address is None and not self._has(name):
            _tell_once(name)
            return CDN
        return self._address

    def url(self, name: str, file: str, root: str) -> str:
        """The URL of a file.

        Args:
            name: The page's folder.
            file: The file, as it is called here.
            root: Where the package's own files are served.
        """
        pin = pins()[name]
        address = self.address(name)
        if address is None:
            return f"{root}/assets/{name}-{pin.version}/{file}"
        inner = next(theirs for theirs, ours in pin.files.items() if ours == file)
        return f"{address}/{pin.package}@{pin.version}/{inner}"

    def read(self, folder: str, file: str) -> Asset | None:
        """A file of the package, as its URL names it; `None` where there is no such file."""
        for name, pin in pins().items():
            known = folder == f"{name}-{pin.version}" and file in pin.files.values()
            if known and (self._folder / name / file).is_file():
                content = (self._folder / name / file).read_bytes()
                return Asset(TYPES[Path(file).suffix], content)
        return None

    def _has(self, name: str) -> bool:
        return all((self._folder / name / each).is_file() for each in pins()[name].files.values())


@cache
def _tell_once(name: str) -> None:
    logger.warning(
        "pleiad-openapi was built without the files of '%s': its page takes them from %s."
        " OpenAPIConfig(assets_url=...) says another address.",
        name,
        CDN,
    )
