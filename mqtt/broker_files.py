"""Writes what the broker needs to know: its conf, who may say what, and an account with its own secret for each device.

    <folder>/mosquitto.conf       start it with: mosquitto -c <folder>/mosquitto.conf
    <folder>/acl
    <folder>/passwords            salted hashes, for the broker
    <folder>/secrets/<device>     the password itself, for that device alone: its file's `password_file`

Everything is readable by its owner only.
"""

import getpass
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Final

STORE_ACCOUNT: Final = "store"
"""The booking store's own account, present at every site."""

_OPERATOR_RULES: Final = """
user {operator}
topic write nobat/1/+/order/+
"""


class BrokerFilesError(Exception):
    """The files could not be made; the message says why."""


def write_broker_files(
    folder: Path, *, port: int, bind: str = "127.0.0.1", devices: Iterable[str], operators: Iterable[str] = ()
) -> Path:
    """Write all files, with new passwords, and give the conf's path. `devices` and `operators` are ids of the site
    file; operators may send orders too. Raises BrokerFilesError when mosquitto_passwd is missing or refuses."""
    here = Path(__file__).parent
    operators = tuple(operators)
    accounts = dict.fromkeys((STORE_ACCOUNT, *devices, *operators))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "secrets").mkdir(exist_ok=True, mode=0o700)

    rules = (here / "acl").read_text(encoding="utf-8")
    _write(folder / "acl", rules + "".join(_OPERATOR_RULES.format(operator=operator) for operator in operators))
    passwords = {account: secrets.token_urlsafe(24) for account in accounts}
    for account, password in passwords.items():
        _write(folder / "secrets" / account, password + "\n")
    _write(folder / "passwords", "".join(f"{account}:{password}\n" for account, password in passwords.items()))
    _hash_in_place(folder / "passwords")

    conf = Template((here / "mosquitto.conf").read_text(encoding="utf-8"))
    filled = conf.substitute(user=getpass.getuser(), folder=folder, port=port, bind=bind)
    return _write(folder / "mosquitto.conf", filled)


def find_program(name: str) -> str:
    """The path of "mosquitto" or "mosquitto_passwd". Debian keeps the broker where only root's PATH looks.
    Raises BrokerFilesError."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise BrokerFilesError(f"{name} is not installed: apt install mosquitto")
    return found


def _hash_in_place(passwords: Path) -> None:
    command = [find_program("mosquitto_passwd"), "-U", str(passwords)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BrokerFilesError(f"mosquitto_passwd -U {passwords}: {done.stderr.strip() or done.stdout.strip()}")


def _write(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
