"""A site's folder on the store's machine (/etc/nobat): its authority, its broker's files, the passwords of what runs there.

authority/authority.crt, .key   made once; whoever has the key can play the broker
broker/                         mqtt/broker_files.py; it belongs to the broker's own user
credentials/identity            only at an insurance office: the key that seals who people are, made once
credentials/<account>           of the store, the doorkeeper, the operators, the letter page: the programs of this machine
bundles/<device>.toml           what was made for devices and not carried away yet
store.conf, operator.toml       which site and which ledger, for the store's unit and for the commands; the clinic's to change
"""

import fcntl
import os
import re
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from booking_store.reports import sealed_by
from booking_store.seal import make_key
from command_line.enrolment.bundle import AUTHORITY, DEVICES_FOLDER, Bundle, device_settings, write_bundle, write_for_all
from command_line.operator import CommandError, FailedError, read_operator_settings
from command_line.upgrade.day import there_is_a_ledger
from mqtt.access import DOORKEEPER_ACCOUNT, STORE_ACCOUNT
from mqtt.broker_files import (
    TLS_PORT,
    BrokerFilesError,
    Tls,
    accounts,
    forget_account,
    fresh_password,
    read_anew,
    set_passwords,
    write_conf,
)
from mqtt.certificates import Certified, make_authority, make_server, names_in, wants_renewal
from program.durable_file import flush_names
from program.secret_file import make_secret_folder, write_secret
from rules.site import PROGRAM_ROLES, Device, Site

PORT: Final = 1883
BROKER_USER: Final = "mosquitto"
LEDGER: Final = Path("/var/lib/nobat-store/ledger.sqlite")
"""Where nobat-store.service keeps it, unless store.conf names another."""
KNOCK_SECONDS: Final = 1.0
SITES_OWN: Final = frozenset({STORE_ACCOUNT, DOORKEEPER_ACCOUNT})
LISTENER: Final = re.compile(r"^listener (\d+)", re.MULTILINE)
SERVER_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """The folder of `site` at `path`."""

    path: Path
    site: Site

    @property
    def broker(self) -> Path:
        """The broker's own folder."""
        return self.path / "broker"

    @property
    def bundles(self) -> Path:
        """Where bundles wait to be carried away."""
        return self.path / "bundles"

    def password_file(self, account: str) -> Path:
        """Where the password of an account of this machine stands."""
        return self.path / "credentials" / account

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else enrolls or revokes meanwhile: what is read here is written back as a whole. Raises OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def ports(self) -> tuple[int, int]:
        """Where the broker listens for programs of this machine, and for devices."""
        with suppress(FileNotFoundError):
            found = LISTENER.findall((self.broker / "mosquitto.conf").read_text(encoding="utf-8"))
            return int(found[0]), int(found[1]) if len(found) > 1 else TLS_PORT
        return PORT, TLS_PORT

    def prepare(self, names: Sequence[str], today: datetime, ports: tuple[int, int] | None = None) -> bool:
        """Make all that is missing: authority, certificate, conf, the accounts of this machine. `names`: by which devices reach
        the broker, besides those by which they do already. True: the certificate is new. Raises CommandError and OSError."""
        port, tls_port = ports or self.ports()
        self._make_folders()
        server, new = self._server(names, today)
        operators = [device.id for device in self.site.devices if device.role == "operator"]
        programs = [device.id for device in self.site.devices if device.role in PROGRAM_ROLES]
        with _told_as_failures():
            write_conf(self.broker, site=self.site.id, operators=operators, port=port, tls=Tls(server, tls_port))
            there = accounts(self.broker)
            for account in (STORE_ACCOUNT, DOORKEEPER_ACCOUNT, *programs):
                if account not in there or not self.password_file(account).exists():
                    set_passwords(self.broker, {account: self._keep_password(account)})
        self._keep_settings(port)
        return new

    def enroll(self, device: Device, host: str | None) -> Path:
        """Give the device an account with a new password, and make its bundle; `host`: how it reaches the broker, where that is
        not by the first name. After `prepare`. Until the bundle is on the disk, the password that the device had stays good.
        Raises FailedError and OSError."""
        password = fresh_password()
        settings = device_settings(device, self.site.id, host or self.server_names()[0], self.ports()[1])
        bundle = Bundle(device.id, password, self._authority_certificate(), settings)
        path = self.bundles / f"{device.id}.toml"
        ready = path.with_suffix(".ready")
        try:
            write_bundle(ready, bundle)
            with _told_as_failures():
                set_passwords(self.broker, {device.id: password})
            ready.replace(path)
        finally:
            ready.unlink(missing_ok=True)
        flush_names(self.bundles)
        return path

    def is_enrolled(self, account: str) -> bool:
        """Whether there is such an account."""
        return account in accounts(self.broker)

    def revoke(self, account: str) -> bool:
        """Take the account away, with what is here of it; the broker is told by `tell_broker`. False: there was none."""
        for left in (self.bundles / f"{account}.toml", self.password_file(account)):
            left.unlink(missing_ok=True)
        return forget_account(self.broker, account)

    def tell_broker(self) -> bool:
        """Let the running broker read everything anew. False: none runs. Raises FailedError."""
        try:
            return read_anew(self.broker)
        except OSError as problem:
            raise FailedError(f"the broker could not be told: {problem.strerror}; systemctl reload mosquitto") from problem

    def unknown_broker(self) -> str:
        """Where a broker answers though none was found to tell, in words; empty: there nobody answers."""
        port = self.ports()[0]
        try:
            socket.create_connection(("127.0.0.1", port), KNOCK_SECONDS).close()
        except OSError:
            return ""
        return f"a broker answers on port {port}, and none was found that runs on {self.broker / 'mosquitto.conf'}"

    def server_names(self) -> tuple[str, ...]:
        """The names by which devices reach the broker so far."""
        try:
            return names_in((self.broker / "server.crt").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()

    @property
    def identity_key(self) -> Path:
        """Where the key of an insurance office stands, which the units of store and console are given."""
        return self.path / "credentials" / "identity"

    def make_identity_key(self) -> bool:
        """Make an insurance office's key where it has none. False: it has one, or is no office. Raises FailedError where a
        ledger was sealed with one that is gone, and SealError."""
        if self.site.office is None or self.identity_key.exists():
            return False
        url = read_operator_settings(self.path / "operator.toml").database
        if there_is_a_ledger(url) and sealed_by(url):
            raise FailedError(
                f"{self.identity_key}: the office's key is lost, and the ledger is sealed with it: put it back from its safe "
                "place (docs/office.md). No other was made, since with it nobody reads who a household is"
            )
        make_key(self.identity_key)
        return True

    def _make_folders(self) -> None:
        for folder in (self.path / "authority", self.path / "credentials", self.bundles):
            make_secret_folder(folder)
        if not self.broker.exists():
            make_secret_folder(self.broker)
            with suppress(LookupError, PermissionError):  # no such user, or not ours to give: the broker runs as we do
                shutil.chown(self.broker, BROKER_USER, BROKER_USER)

    def _keep_settings(self, port: int) -> None:
        """What the store's unit and the commands of this machine read, where nobody has written it yet."""
        settings = {
            "store.conf": f"NOBAT_SITE={self.site.id}\n",
            "operator.toml": (
                f'schema = 1\nsite = "{self.site.id}"\ndatabase = "sqlite:///{LEDGER}"\n\n'
                f'[broker]\nport = {port}\npassword_file = "{self.password_file("operator")}"\n'
            ),
        }
        for name, text in settings.items():
            if not (self.path / name).exists():
                write_for_all(self.path / name, text)

    def _server(self, names: Sequence[str], today: datetime) -> tuple[Certified, bool]:
        """The broker's certificate, and whether it is new."""
        known = self.server_names()
        wanted = tuple(dict.fromkeys((*names, *known)))
        if not wanted:
            raise CommandError("how do devices reach the broker? Name it once, as in --server 192.168.1.10")
        for name in wanted:
            if SERVER_NAME.fullmatch(name) is None:
                raise CommandError(f"{name!r} is neither a host's name nor an address")
        if set(wanted) == set(known):
            there = Certified(*((self.broker / name).read_text(encoding="utf-8") for name in ("server.crt", "server.key")))
            if not wants_renewal(there.certificate, today):
                return there, False
        return make_server(self._authority(today), wanted, today), True

    def _authority(self, today: datetime) -> Certified:
        certificate, key = (self.path / "authority" / name for name in ("authority.crt", "authority.key"))
        if certificate.exists() and key.exists():
            return Certified(certificate.read_text(encoding="utf-8"), key.read_text(encoding="utf-8"))
        if certificate.exists() or self.server_names():  # devices know their broker by it: another one would lock them out
            self._authority_certificate()
            raise FailedError(
                f"{key}: the key of the site's authority is lost, and no certificate can be made without it: put it back from "
                f"a copy of this folder. (Who begins anew deletes {key.parent} and {self.broker / 'server.crt'}, and enrolls "
                "every device again.)"
            )
        made = make_authority(self.site.id, today)
        write_secret(key, made.key)
        write_secret(certificate, made.certificate)
        return made

    def _authority_certificate(self) -> str:
        path = self.path / "authority" / AUTHORITY
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as problem:
            raise FailedError(
                f"{path}: the certificate of the site's authority is lost. Every device that has joined has it as "
                f"{DEVICES_FOLDER / AUTHORITY}: put it back from one of them, or from a copy of this folder"
            ) from problem

    def _keep_password(self, account: str) -> str:
        password = fresh_password()
        write_secret(self.password_file(account), password + "\n")
        return password


@contextmanager
def _told_as_failures() -> Iterator[None]:
    """What mosquitto's own program refuses, in the words of the command line."""
    try:
        yield
    except BrokerFilesError as problem:
        raise FailedError(str(problem)) from problem
