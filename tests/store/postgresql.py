"""A PostgreSQL of the tests' own: Debian's binaries, a folder, a Unix socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url


def binaries() -> Path | None:
    """The newest installed server's folder of programs; None: not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _owner() -> str:
    """The server refuses to be root: it runs as the user that its Debian package made, or as whoever we are."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


@contextmanager
def running_server() -> Iterator[str]:
    """A server on a Unix socket; gives the URL without a database. Durability is not what these tests ask of it."""
    programs, owner = binaries(), _owner()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="nobat-postgresql-"))
    shutil.chown(folder, owner)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=owner, cwd=folder, capture_output=True, timeout=60)

    try:
        run(str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "nobat", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://nobat@/{{database}}?host={folder}"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str, like: str | None = None) -> str:
    """The URL of a new database on the server: empty, or a copy of the one at the URL `like`, to which nobody is connected."""
    template = make_url(like).database if like is not None else "template1"
    name = f"ledger_{uuid.uuid4().hex}"
    with psycopg.connect(server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return server.format(database=name)
