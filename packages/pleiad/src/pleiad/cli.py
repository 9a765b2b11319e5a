"""The command `pleiad`: what can be told of an app without a server.

pleiad schema shop.main:app --output openapi.yaml
pleiad asyncapi shop.main:app --output asyncapi.yaml
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pleiad.app import Pleiad
from pleiad_http import ImproperlyConfiguredException
from pleiad_openapi.document_file import DocumentFile

__all__ = ["main"]


class CommandError(Exception):
    """What was asked for cannot be done; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Those of the command line by default.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="pleiad", description="Tells of a Pleiad app.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        _add(commands, name, command)
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except (CommandError, ImproperlyConfiguredException) as error:
        print(f"pleiad: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


class Command(msgspec.Struct, frozen=True):
    """What `pleiad NAME APP` does.

    Attributes:
        about: What it does, in a line.
        run: Does it, with the arguments that were given.
        options: Its own options, each with what argparse takes.
    """

    about: str
    run: Callable[[argparse.Namespace], None]
    options: Mapping[tuple[str, ...], Mapping[str, Any]]


def _add(commands: Any, name: str, command: Command) -> None:
    parser = commands.add_parser(name, help=command.about, description=command.about)
    parser.add_argument("app", help="where the app is: 'package.module:name', or what makes it")
    for flags, words in command.options.items():
        parser.add_argument(*flags, **words)
    parser.add_argument(
        "--app-dir", type=Path, default=Path(), help="where modules are looked for (default: here)"
    )
    parser.set_defaults(run=command.run)


def _write_openapi(given: argparse.Namespace) -> None:
    _write(_app(given.app, given.app_dir).openapi_document, given)


def _write_asyncapi(given: argparse.Namespace) -> None:
    _write(_app(given.app, given.app_dir).asyncapi_document, given)


def _write(document: DocumentFile, given: argparse.Namespace) -> None:
    output: Path | None = given.output
    kind = given.format or _FORMATS.get(output.suffix if output else ".json")
    if kind is None:
        raise CommandError(f"--output {output}: call it .json or .yaml, or say --format")
    content = document.yaml() if kind == "yaml" else msgspec.json.format(document.json()) + b"\n"
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        output.write_bytes(content)


_FORMATS = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}

_OF_A_FILE: Mapping[tuple[str, ...], Mapping[str, Any]] = {
    ("-o", "--output"): {"type": Path, "help": "a file; standard output by default"},
    ("--format",): {
        "choices": ("json", "yaml"),
        "help": "by default what the file's name says, or JSON",
    },
}

COMMANDS: Mapping[str, Command] = {
    "schema": Command("Write the app's OpenAPI document.", _write_openapi, _OF_A_FILE),
    "asyncapi": Command(
        "Write the AsyncAPI document of the app's WebSockets.", _write_asyncapi, _OF_A_FILE
    ),
}


def _app(place: str, folder: Path) -> Pleiad:
    """The app at `module:name`; a function there is called for it."""
    module_name, colon, name = place.partition(":")
    if not (module_name and colon and name):
        raise CommandError(f"'{place}' says no app: write 'package.module:name'")
    sys.path.insert(0, str(folder.resolve()))
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # the module is there, and imports what is not
        raise CommandError(f"there is no module '{module_name}' in {folder.resolve()}") from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise CommandError(f"module '{module_name}' has no '{name}'")
        found = getattr(found, part)
    app = found() if callable(found) and not isinstance(found, Pleiad) else found
    if not isinstance(app, Pleiad):
        raise CommandError(f"'{place}' is no Pleiad app: {app!r:.80}")
    return app
