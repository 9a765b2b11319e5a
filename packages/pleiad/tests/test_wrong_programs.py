"""Each wrong program beside this file is refused, with just the message that stands beside it.

After a deliberate change of a message: `PLEIAD_WRITE=1 pytest packages/pleiad/tests/test_wrong_programs.py`,
and read the difference.
"""

import os
import runpy
from pathlib import Path

import pytest

from pleiad.exceptions import ImproperlyConfiguredException

PROGRAMS = sorted((Path(__file__).parent / "wrong_programs").glob("*.py"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_is_refused(program: Path) -> None:
    message = program.with_suffix(".txt")
    with pytest.raises(ImproperlyConfiguredException) as refused:
        runpy.run_path(str(program))
    if os.environ.get("PLEIAD_WRITE"):
        message.write_text(f"{refused.value}\n")
    assert f"{refused.value}\n" == message.read_text()


def test_every_message_has_its_program() -> None:
    messages = {path.stem for path in PROGRAMS[0].parent.glob("*.txt")}
    assert messages == {path.stem for path in PROGRAMS}
