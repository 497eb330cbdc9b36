"""`nobat` as a person types it, with the output and the exit status that they get."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line.__main__ import main
from tests.command_line.clinic import Clinic, Nobat, Said


@pytest.fixture(autouse=True)
def _desk_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder on a machine with no operator's settings but those that a test names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NOBAT_OPERATOR", raising=False)
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def nobat(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Nobat:
    """Runs the command in this process."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["nobat", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def open_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The small clinic at eight in the morning, for all tests of one file."""
    clinic = Clinic(tmp_path_factory.mktemp("clinic"))
    clinic.open()
    yield clinic
    clinic.close()


@pytest.fixture
def clinic(open_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The same, its operator's settings found by the command."""
    monkeypatch.setenv("NOBAT_OPERATOR", str(open_clinic.operator))
    return open_clinic
