"""Writes what the broker needs to know: its conf, who may say what, and who has an account.

    <folder>/mosquitto.conf       start it with: mosquitto -c <folder>/mosquitto.conf
    <folder>/acl                  mqtt/access.py, as mosquitto reads it
    <folder>/passwords            salted hashes, one line an account
    <folder>/server.crt, .key     the broker's certificate, where devices come by TLS
    <folder>/secrets/<account>    write_broker_files only: each password itself, for programs on this machine

Everything is readable by its owner only, who is the folder's owner, and the broker runs as that user.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from mqtt import access
from mqtt.access import DOORKEEPER_ACCOUNT, STORE_ACCOUNT
from mqtt.certificates import Certified
from program.secret_file import make_secret_folder, write_secret

TLS_PORT: Final = 8883


class BrokerFilesError(Exception):
    """The files could not be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The broker's certificate, and where devices on other machines come by it."""

    server: Certified
    port: int = TLS_PORT


def write_broker_files(
    folder: Path,
    *,
    port: int,
    devices: Iterable[str],
    operators: Iterable[str] = (),
    site: str = access.ANY_SITE,
    tls: Tls | None = None,
) -> Path:
    """Write all files, with a new password for each account, and give the conf's path. `devices` and `operators` are ids of
    the site file; operators may send orders too. Raises BrokerFilesError when mosquitto_passwd is missing or refuses."""
    operators = tuple(operators)
    accounts = dict.fromkeys((STORE_ACCOUNT, DOORKEEPER_ACCOUNT, *devices, *operators))
    folder = make_secret_folder(folder.resolve())
    passwords = {account: fresh_password() for account in accounts}
    set_passwords(folder, passwords)  # refuses a name that would be a path
    for account, password in passwords.items():
        write_secret(make_secret_folder(folder / "secrets") / account, password + "\n")
    return write_conf(folder, site=site, operators=operators, port=port, tls=tls)


def write_conf(folder: Path, *, site: str, operators: Iterable[str], port: int, tls: Tls | None) -> Path:
    """Write conf, ACL and certificate, and give the conf's path; accounts stay as they are."""
    here = Path(__file__).parent
    write_secret(folder / "acl", access.acl(site, operators))
    words: dict[str, object] = {"user": folder.owner(), "folder": folder, "port": port}
    conf = (here / "mosquitto.conf").read_text(encoding="utf-8")
    if tls is not None:
        words["tls_port"] = tls.port
        write_secret(folder / "server.crt", tls.server.certificate)
        write_secret(folder / "server.key", tls.server.key)
        conf += (here / "mosquitto_tls.conf").read_text(encoding="utf-8")
    return write_secret(folder / "mosquitto.conf", Template(conf).substitute(words))


def fresh_password() -> str:
    """192 random bits: nobody guesses them, and a quick hash of them tells nothing."""
    return secrets.token_urlsafe(24)


def set_passwords(folder: Path, passwords: Mapping[str, str]) -> None:
    """Give each account this password, whether it was there or not. Raises BrokerFilesError."""
    for account in passwords:
        if access.ACCOUNT.fullmatch(account) is None:
            raise BrokerFilesError(f"{account!r} cannot be an account: letters, digits, - and _ only, 64 at the most")
    _write_passwords(folder, _hashes(folder) | _hashed(folder, passwords))


def forget_account(folder: Path, account: str) -> bool:
    """Take an account away. False: there is none."""
    kept = _hashes(folder)
    known = kept.pop(account, None) is not None
    if known:
        _write_passwords(folder, kept)
    return known


def accounts(folder: Path) -> tuple[str, ...]:
    """Every account that there is."""
    return tuple(_hashes(folder))


def read_anew(folder: Path) -> bool:
    """Tell the running broker to read accounts, ACL and certificate anew; it cuts every connection whose account is gone or
    has another password. False: no broker runs on this folder. Raises OSError where it is not ours to tell."""
    told = False
    conf = folder.resolve() / "mosquitto.conf"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            program, *arguments = (process / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
            if Path(program).name == "mosquitto" and conf in ((process / "cwd" / one).resolve() for one in arguments):
                os.kill(int(process.name), signal.SIGHUP)
                told = True
    return told


def find_program(name: str) -> str:
    """The path of "mosquitto" or "mosquitto_passwd". Debian keeps the broker where only root's PATH looks.
    Raises BrokerFilesError."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise BrokerFilesError(f"{name} is not installed: apt install mosquitto")
    return found


def _hashes(folder: Path) -> dict[str, str]:
    with suppress(FileNotFoundError):
        lines = (folder / "passwords").read_text(encoding="utf-8").splitlines()
        return {account: hashed for account, _, hashed in (line.partition(":") for line in lines) if hashed}
    return {}


def _write_passwords(folder: Path, hashes: Mapping[str, str]) -> None:
    write_secret(folder / "passwords", "".join(f"{account}:{hashed}\n" for account, hashed in hashes.items()))


def _hashed(folder: Path, passwords: Mapping[str, str]) -> dict[str, str]:
    """By mosquitto's own program, and never on its command line, which every user of the machine may read."""
    plain = write_secret(folder / "passwords.plain", "".join(f"{name}:{word}\n" for name, word in passwords.items()))
    try:
        command = [find_program("mosquitto_passwd"), "-U", str(plain)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BrokerFilesError(f"mosquitto_passwd -U {plain}: {done.stderr.strip() or done.stdout.strip()}")
        return dict(line.split(":", 1) for line in plain.read_text(encoding="utf-8").splitlines())
    finally:
        plain.unlink(missing_ok=True)
