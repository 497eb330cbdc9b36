"""`nobat staff`: the technician lets the staff in, and out again."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from command_line import staff
from staff_console import accounts
from staff_console.rights import Role
from tests.command_line.clinic import Nobat

PASSWORD = "four words easily kept"  # noqa: S105


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The accounts' file, with Sara of reception in it."""
    path = tmp_path / "staff.json"
    accounts.write(path, {"sara": accounts.account("sara", "سارا احمدی", Role.RECEPTION, PASSWORD)})
    return path


def typed(words: str, *arguments: object) -> tuple[int, str]:
    """`nobat staff` with somebody typing."""
    done = CliRunner().invoke(staff.app, [str(argument) for argument in arguments], input=words)
    return done.exit_code, done.output


def test_who_is_added_may_sign_in_with_the_password_typed_twice(file: Path) -> None:
    status, _ = typed(f"{PASSWORD}\n{PASSWORD}\n", "add", "reza", "--role", "manager", "--accounts-file", file)
    assert status == 0
    reza = accounts.read(file)["reza"]
    assert reza.role is Role.MANAGER
    assert accounts.is_password_of(reza, PASSWORD)
    assert not accounts.is_password_of(reza, "another one altogether")


def test_the_file_is_its_owners_alone_and_no_password_stands_in_it(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0
    assert PASSWORD not in file.read_text(encoding="utf-8")


def test_another_password_shuts_the_old_one_out(file: Path) -> None:
    typed("five words easily kept too\nfive words easily kept too\n", "password", "sara", "--accounts-file", file)
    sara = accounts.read(file)["sara"]
    assert (sara.shown, sara.role) == ("سارا احمدی", Role.RECEPTION)
    assert not accounts.is_password_of(sara, PASSWORD)


def test_a_role_changes_and_an_account_goes(nobat: Nobat, file: Path) -> None:
    assert nobat("staff", "role", "sara", "secretary", "--accounts-file", file).status == 0
    assert accounts.read(file)["sara"].role is Role.SECRETARY
    assert "sara" in nobat("staff", "list", "--accounts-file", file).out
    assert nobat("staff", "remove", "sara", "--accounts-file", file).status == 0
    assert accounts.read(file) == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("remove", "nobody"), "nobody is called 'nobody'"),
        (("role", "nobody", "manager"), "nobody is called"),
        (("add", "sara", "--role", "manager"), "is there already"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(nobat: Nobat, file: Path, arguments: tuple[str, ...], words: str) -> None:
    before = file.read_bytes()
    said = nobat("staff", *arguments, "--accounts-file", file)
    assert (said.status, file.read_bytes()) == (2, before)
    assert words in said.err


def test_a_spoilt_file_is_told_and_left(nobat: Nobat, file: Path) -> None:
    file.write_text("{", encoding="utf-8")
    said = nobat("staff", "list", "--accounts-file", file)
    assert said.status == 2
    assert file.read_text(encoding="utf-8") == "{"
