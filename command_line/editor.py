"""A text is edited in the person's own editor, as git does it."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from command_line.operator import FailedError


def edited(text: str) -> str:
    """What the person leaves in the file when $VISUAL, $EDITOR or vi ends. FailedError when it cannot be run or fails."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "text.txt"
        file.write_text(text + "\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(editor), str(file)], check=True)
            return file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError, subprocess.CalledProcessError) as problem:
            raise FailedError(f"the editor {editor!r} did not end well, and nothing was done: {problem}") from problem
