"""What the code itself says of a setting: the comment on its line, else the comment lines above it."""

import ast
import inspect
import io
import tokenize
from functools import lru_cache
from pathlib import Path


@lru_cache
def comments_of(path: Path) -> dict[int, str]:
    """Each comment of a Python file, by its line."""
    source = path.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.removeprefix("#").strip() for token in tokens if token.type == tokenize.COMMENT}


@lru_cache
def fields_of(kind: type) -> dict[str, str]:
    """What a class says of each of its fields, or of an enum's members; empty where it says nothing."""
    path = Path(inspect.getfile(kind))
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = comments_of(path)
    tree = ast.parse("\n".join(lines))
    body = next(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    said: dict[str, str] = {}
    for statement in body:
        name = _named(statement)
        if name:
            above: list[str] = []
            line = statement.lineno - 1
            while line in comments and lines[line - 1].lstrip().startswith("#"):
                above.insert(0, comments[line])
                line -= 1
            own = _plain(comments.get(statement.end_lineno or statement.lineno, ""))
            said[name] = own or _plain(" ".join(above))
    return said


def cell(words: object) -> str:
    """Words as one cell of a Markdown table."""
    return " ".join(str(words).split()).replace("|", r"\|")


def _named(statement: ast.stmt) -> str:
    """The field that a statement of a class makes; empty where it makes none."""
    if isinstance(statement, ast.AnnAssign):
        made: ast.expr = statement.target
    elif isinstance(statement, ast.Assign):
        made = statement.targets[0]
    else:
        return ""
    return made.id if isinstance(made, ast.Name) else ""


def _plain(said: str) -> str:
    """Without what only silences a linter."""
    return said.partition("noqa:")[0].partition("type: ignore")[0].strip(" #")
