"""A store's machine under its own systemd goes from an older release's tables to these, and back where the new one is not well.

The ledger is SQLite's or PostgreSQL's. It is the older release that does all of it: what it asks of this one is what this one
promised (docs/upgrade.md).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from installing.plan import CURRENT, OPT, RELEASES, TRUSTED
from tests.installing.real import releases, roots, site
from tests.installing.real.roots import BUNDLE, Booted, Root, until

OLD_COMMIT = "ddd44ce"
"""A state with the tables of migration 0012: the first that could upgrade itself, and has fewer tables than this one."""
OPERATOR, STORE_CONF = "/etc/nobat/operator.toml", "/etc/nobat/store.conf"
SQLITE = "sqlite:////var/lib/nobat-store/ledger.sqlite"
POSTGRESQL = "postgresql://nobat:never-outside-this-test@localhost/nobat"
COPIES, BUNDLES = "/var/copies", "/var/bundles"
FALLS_OVER = "nobat-display@counter-1.service"
COMES_UP_WITHIN_SECONDS = 90
LOOK = """
import json, sys
from sqlalchemy import text
from booking_store import database
engine = database.open_for_reading(sys.argv[1])
with engine.connect() as connection:
    tables = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    codes = list(connection.execute(text("SELECT code FROM bookings ORDER BY id")).scalars())
print(json.dumps([tables, codes]))
"""


@dataclass(frozen=True)
class Clinic:
    """A machine that runs the older release; `booked`: its tracking codes, `tables`: the revision of its ledger."""

    machine: Booted
    url: str
    old: str
    new: str
    tables: str
    booked: list[str]

    def upgrade(self, release: str, *more: str) -> "subprocess.CompletedProcess[str]":
        """`nobat upgrade` to a release whose bundle lies there."""
        (file,) = self.machine.root.at(BUNDLES).glob(f"nobat-{release}-*.tar.gz")
        return self.machine.done("nobat", "upgrade", f"{BUNDLES}/{file.name}", "--copies", COPIES, *more)

    @property
    def runs(self) -> str:
        return self.machine.root.at(str(CURRENT)).readlink().name

    def ledger(self) -> tuple[str, list[str]]:
        """The revision of its tables and the codes of its bookings."""
        return looked_into(self.machine, self.url)

    def units_are_up(self) -> None:
        for unit in ("mosquitto.service", "nobat-store.service", *site.UNITS):
            until(lambda unit=unit: self.machine.is_active(unit), COMES_UP_WITHIN_SECONDS, f"{unit} does not run")


def looked_into(machine: Booted, url: str) -> tuple[str, list[str]]:
    tables, codes = json.loads(machine.run(f"{CURRENT}/.venv/bin/python", "-c", LOOK, url))
    return tables, codes


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Of the ledger."""
    return str(request.param)


@pytest.fixture(scope="module")
def bundles(brought: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `nobat upgrade` takes, of both releases."""
    folder = tmp_path_factory.mktemp("bundles")
    for one in (releases.older(OLD_COMMIT), brought):
        releases.signed(one, folder)
    return folder


@pytest.fixture(scope="module")
def clinic(suite: str, kind: str, brought: Path, bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Patients have booked at a clinic of the older release, and its day is over."""
    before = releases.older(OLD_COMMIT)
    old, new = releases.name_of(before), releases.name_of(brought)
    scratch = tmp_path_factory.mktemp("clinic")
    with (
        roots.layer(scratch, *releases.machine_of_the_older(suite, before), brought=before) as root,
        roots.no_overlay(root, str(OPT), scratch),
    ):
        site.set_up(root)
        root.at(str(TRUSTED)).write_text(releases.TRUSTED)
        for folder in (COPIES, BUNDLES):
            root.at(folder).mkdir()
        for file in bundles.iterdir():
            shutil.copy(file, root.at(BUNDLES))
        if kind == "postgresql":
            kept_at_a_server(root, old, brought)
        with root.booted() as machine:
            if kind == "postgresql":
                make_the_database(machine)
            url = POSTGRESQL if kind == "postgresql" else SQLITE
            until(lambda: machine.is_active("nobat-store.service"), COMES_UP_WITHIN_SECONDS, "no store")
            machine.run("nobat", "load", site.SITE_FILE)
            for _ in range(3):
                machine.run("nobat", "book", "--department", "11", "--mobile", "09121234567")
            machine.done("nobat", "day", "end")  # where the clinic's hours had opened it
            yield Clinic(machine, url, old, new, *looked_into(machine, url))


def kept_at_a_server(root: Root, release: str, brought: Path) -> None:
    """A ledger at a PostgreSQL of this machine, as docs/copies.md says. What the older release lacked for it comes from the
    newer one's bundle."""
    root.fetch("postgresql")
    psycopg = ("--no-index", "--find-links", f"{BUNDLE}/wheels", "psycopg[binary]")
    Root(root.path, brought).run(f"{RELEASES / release}/.venv/bin/pip", "install", "-q", *psycopg)
    root.at(STORE_CONF).write_text(root.at(STORE_CONF).read_text() + f"NOBAT_DATABASE={POSTGRESQL}\n")
    root.at(OPERATOR).write_text(root.at(OPERATOR).read_text().replace(SQLITE, POSTGRESQL))


def make_the_database(machine: Booted) -> None:
    """Of the ledger, and of nothing else."""
    password = POSTGRESQL.partition("nobat:")[2].partition("@")[0]
    for statement in (
        f"CREATE ROLE nobat LOGIN PASSWORD '{password}'",
        "CREATE DATABASE nobat OWNER nobat ENCODING 'UTF8' TEMPLATE template0",
    ):
        machine.run("runuser", "-u", "postgres", "--", "psql", "-q", "-c", statement)


def test_the_older_release_serves_the_clinic(clinic: Clinic) -> None:
    assert clinic.runs == clinic.old
    assert len(clinic.booked) == 3
    clinic.units_are_up()


def test_while_the_service_day_is_open_nothing_is_done(clinic: Clinic) -> None:
    clinic.machine.run("nobat", "day", "open", "--confirm-clock")
    refused = clinic.upgrade(clinic.new)
    assert refused.returncode == 1
    assert "is open; nothing was done" in refused.stderr
    clinic.machine.run("nobat", "day", "end")
    assert clinic.runs == clinic.old


def test_a_release_whose_program_falls_over_is_taken_back_with_the_ledger_that_was(clinic: Clinic) -> None:
    dropin = clinic.machine.root.at(f"/etc/systemd/system/{FALLS_OVER}.d/99-only-the-old-one.conf")
    dropin.parent.mkdir(parents=True)
    program = f"{CURRENT}/.venv/bin/python -m display_device /etc/nobat/counter-1.toml"
    test = f"test $$(readlink {CURRENT}) = {RELEASES / clinic.old}"
    dropin.write_text(f"[Service]\nType=simple\nWatchdogSec=0\nExecStart=\nExecStart=/bin/sh -c '{test} && exec {program}'\n")
    clinic.machine.run("systemctl", "daemon-reload")
    came = clinic.machine.log("mosquitto").count("as counter-1 (")
    clinic.machine.run("systemctl", "restart", FALLS_OVER)
    until(lambda: clinic.machine.log("mosquitto").count("as counter-1 (") > came, COMES_UP_WITHIN_SECONDS, "it never came back")
    failed = clinic.upgrade(clinic.new)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert f"Everything is as before: release {clinic.old} runs" in failed.stderr
    assert "put the copy in the ledger's place" in failed.stdout
    assert "settles its papers again" in failed.stdout, "its tables had gone forward"
    assert clinic.runs == clinic.old
    assert clinic.ledger() == (clinic.tables, clinic.booked)
    clinic.units_are_up()
    dropin.unlink()
    clinic.machine.run("systemctl", "daemon-reload")


def test_a_release_that_is_well_runs_with_every_booking_in_its_own_tables(clinic: Clinic) -> None:
    machine = clinic.machine
    machine.run("systemctl", "restart", FALLS_OVER)
    came = clinic.upgrade(clinic.new)
    assert came.returncode == 0, came.stdout + came.stderr
    assert f"release {clinic.new} runs here now" in came.stdout
    assert clinic.runs == clinic.new
    tables, booked = clinic.ledger()
    assert booked == clinic.booked
    assert tables > clinic.tables
    clinic.units_are_up()
    machine.run("nobat", "book", "--department", "11", "--mobile", "09121234567")
    assert len(clinic.ledger()[1]) == 4


def test_the_release_before_is_not_taken_again_by_mistake(clinic: Clinic) -> None:
    refused = clinic.upgrade(clinic.old)
    assert refused.returncode == 2
    assert f"is older than {clinic.new}" in refused.stderr
    assert clinic.runs == clinic.new
