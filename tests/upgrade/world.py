"""A machine in a folder with two releases of Nobat, a real ledger, and systemd as a set of units that run.

The old release is this program. The new one has a migration more, which this program does not know: so it shows at once when an
old store meets a ledger of the new one.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booking_store import database
from booking_store.ledger import Ledger
from command_line.doctor.finding import Finding, ill
from command_line.upgrade.command import Asked, bring
from command_line.upgrade.steps import Hands
from installing.__main__ import main as installing
from installing.plan import CURRENT, RELEASES, ROLES, TRUSTED, turning
from installing.signature import PublicKey, sign
from installing.source import MANIFEST, RELEASE_KEYS, SIGNATURE, Source
from installing.steps import COMPLETE, InstallError, Machine
from tests.store.clinic import Clinic, moment_ms

OLD, NEW = "1.0.0", "1.1.0"
KEY = Ed25519PrivateKey.generate()
UNITS = (
    "mosquitto.service",
    "nobat-store.service",
    "nobat-console.service",
    "nobat-kiosk@kiosk-1.service",
    "nobat-backup.timer",
)
NEW_REVISION = "9999"
MIGRATION = f'''
import sqlalchemy as sa
from alembic import op

revision = "{NEW_REVISION}"
down_revision = "{{head}}"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("since_the_new_release", sa.Integer()))
    op.execute("DELETE FROM audit")
'''  # noqa: S608  a file, not a query


class CutError(BaseException):
    """The power goes."""


@dataclass
class World:
    """The machine, and how its parts behave."""

    folder: Path
    running: set[str] = field(default_factory=lambda: set(UNITS))
    said: list[str] = field(default_factory=list)  # every command
    fails: str = ""  # a command that contains this fails
    sick: str = ""  # the new release's doctor finds this ill
    stricter: str = ""  # and this it finds ill wherever it looks, where the old one's does not look at all
    finds: Callable[[str, str], list[tuple[str, Finding]]] = lambda doctor, runs: []  # noqa: ARG005  named for who gives one
    """What else is found ill, and of whom, by the doctor of a release while a release runs."""
    restarts: int = 0  # by how much a unit's starts grow between two looks
    migrates: bool = True
    steps_until_cut: int | None = None
    _looks: int = 0

    def __post_init__(self) -> None:
        (self.folder / "copies").mkdir()
        (self.folder / "etc/nobat").mkdir(parents=True)
        (self.folder / "etc/nobat/operator.toml").write_text(
            f'site = "small"\ndatabase = "{self.url}"\n[copies]\nfolder = "{self.folder}/copies"\n'
        )
        self._lay(OLD)
        self.at(ROLES).write_text("store\nconsole\nkiosk\n")
        self.at(TRUSTED).write_text(PublicKey.of(KEY).written())
        for step in turning(OLD, self.source(OLD).unit_files(), ()):
            Machine(self.source(OLD), lambda _: None, self.folder, run=lambda _: None, started=False).do(step)
        self.clinic = Clinic(lambda: Ledger.open(self.url, moment_ms("06:00")))
        self.numbers = [self.clinic.walk_in() for _ in range(5)]
        self.clinic.call_next("counter-1")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/ledger.sqlite"

    def at(self, path: object) -> Path:
        return self.folder / str(path).removeprefix("/")

    def source(self, release: str) -> Source:
        return Source(self.at(RELEASES) / release)

    def close_the_day(self) -> "World":
        """«پایان روز», by hand: as rows, so that every test may do it."""
        self.clinic.ledger.close()
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            connection.execute(
                "UPDATE service_days SET status = 'closed', ended_at_ms = opened_at_ms WHERE ended_at_ms IS NULL"
            )
            connection.commit()
        return self

    # ------------------------------------------------------------------------------ releases and bundles

    def _lay(self, release: str) -> None:
        folder = self.at(RELEASES) / release
        (folder / "systemd").mkdir(parents=True)
        (folder / "systemd/nobat-store.service").write_text(f"# of {release}\n")
        (folder / "systemd/nobat-console.service").write_text(f"# of {release}\n")
        (folder / MANIFEST).write_text(json.dumps({"version": release, "made": "", "files": {}}))
        (folder / COMPLETE).write_text("")

    def bundle(
        self,
        release: str = NEW,
        *,
        made: str = "",
        key: Ed25519PrivateKey | None = KEY,
        spoil: Callable[[Path], None] = lambda _: None,
    ) -> Path:
        """A bundle as small as can be. `spoil` is given its folder after it was signed."""
        place = self.folder / f"making/nobat-{release}"
        shutil.rmtree(place.parent, ignore_errors=True)
        (place / "systemd").mkdir(parents=True)
        (place / "systemd/nobat-store.service").write_text(f"# of {release}\n")
        (place / RELEASE_KEYS).write_text(PublicKey.of(KEY).written() + "# and more\n")
        files = {
            str(one.relative_to(place)): hashlib.sha256(one.read_bytes()).hexdigest()
            for one in place.rglob("*")
            if one.is_file()
        }
        (place / MANIFEST).write_text(json.dumps({"version": release, "made": made, "files": files}))
        if key is not None:
            (place / SIGNATURE).write_text(sign((place / MANIFEST).read_bytes(), key))
        spoil(place)
        with tarfile.open(self.folder / "nobat.tar.gz", "w:gz") as packed:
            packed.add(place, place.name)
        return self.folder / "nobat.tar.gz"

    # ------------------------------------------------------------------------------ the upgrade's hands

    def upgrade(self, bundle: Path | None = None, **more: bool) -> None:
        """`nobat upgrade`, as root."""
        asked = Asked(bundle or self.bundle(), self.folder / "etc/nobat/operator.toml", self.folder / "copies", **more)
        bring(asked, self.folder, Hands(self._run, self._system, self._ask, lambda _: None, started=False))

    def _run(self, command: Sequence[str], environment: Mapping[str, str], _: Path | None) -> None:
        self._note(command)
        if "lay" in command:
            self._lay(NEW)
        elif "turn" in command:
            for step in turning(NEW, self.source(NEW).unit_files(), ()):
                Machine(self.source(NEW), lambda _: None, self.folder, run=lambda _: None, started=False).do(step)
        else:
            assert environment["NOBAT_DATABASE"] == self.url
            self._open_as(NEW)

    def _system(self, command: Sequence[str]) -> None:
        self._note(command)
        if command[:2] == ["systemctl", "start"]:
            self._start(command[2])
        elif command[:2] == ["systemctl", "stop"]:
            self.running.discard(command[2])

    def _note(self, command: Sequence[str]) -> None:
        self.said.append(" ".join(command))
        if self.fails and self.fails in self.said[-1]:
            self.fails = ""  # once: the way back is not to fail by the same
            raise InstallError(f"{self.said[-1]} ended with 1")

    def _start(self, unit: str) -> None:
        if unit == "nobat-store.service":
            self._open_as(self.at(CURRENT).readlink().name)
        self.running.add(unit)

    def _ask(self, command: Sequence[str]) -> str:
        if command[1] == "list-units":
            return "".join(f"{unit} loaded active running\n" for unit in self.running)
        if command[1] == "show":
            self._looks += self.restarts
            state = "active" if command[-1] in self.running else "failed"
            return f"ActiveState={state}\nNRestarts={self._looks}\nType=notify\nResult=success\n"
        doctor, runs = (NEW if NEW in command[0] else OLD), self.at(CURRENT).readlink().name
        found = [("the site", ill("kiosk-9", "is gone", "on it: nobat doctor")), *self.finds(doctor, runs)]
        if runs == NEW and self.sick:
            found.append(("the site", ill("store", self.sick, "systemctl status nobat-store")))
        if doctor == NEW and self.stricter:
            found.append(("the site", ill("copies", self.stricter, "docs/copies.md")))
        findings = {whose: [asdict(one) for of, one in found if of == whose] for whose, _ in found}
        return json.dumps({"version": doctor, "findings": findings})

    # ------------------------------------------------------------------------------ what stands

    def _open_as(self, release: str) -> None:
        """The ledger is opened as that release's store does, and brought to its tables. Raises InstallError."""
        try:
            if self.revision() == NEW_REVISION and release == NEW:
                return
            opened = database.open_for_writing(self.url)
            try:
                if release == NEW and self.migrates:
                    config = database.migrations_config(opened.connection)
                    config.set_main_option("script_location", str(self._migrations_of_the_new()))
                    command.upgrade(config, "head")
            finally:
                database.close(opened)
        except database.LedgerError as problem:
            raise InstallError(f"nobat-store of {release} does not start: {problem}") from problem

    def _migrations_of_the_new(self) -> Path:
        place = self.folder / "migrations"
        if not place.exists():
            shutil.copytree(database.MIGRATIONS, place)
            head = max(one.name[:4] for one in (place / "versions").glob("[0-9]*.py"))
            (place / "versions/9999_more.py").write_text(MIGRATION.replace("{head}", head))
        return place

    def revision(self) -> str:
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the ledger, but what a restore marks."""
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            marked = {"ledger", "epochs", "settled_kiosks"}
            return {
                name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608  its own tables
                for name in names
                if name not in marked
            }

    def boot(self) -> str:
        """The machine starts after a power cut: what was begun is ended, then every program starts. The release that runs."""
        self.fails, self.running = "", set()
        assert installing(["--only", "finish", "--root", str(self.folder)]) == 0
        for unit in UNITS:
            self._start(unit)
        return self.which_runs()

    def which_runs(self) -> str:
        """The one release of which everything is in force: link, units, ledger."""
        release = self.at(CURRENT).readlink().name
        assert (self.at(RELEASES) / release / COMPLETE).is_file()
        assert self.at("etc/systemd/system/nobat-store.service").read_text() == f"# of {release}\n"
        assert (self.revision() == NEW_REVISION) == (release == NEW and self.migrates)
        assert self.running == set(UNITS)
        with closing(sqlite3.connect(self.folder / "ledger.sqlite")) as connection:
            assert sorted(number for (number,) in connection.execute("SELECT number FROM tickets")) == sorted(self.numbers)
        return release
