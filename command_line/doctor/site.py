"""The whole site, seen from the store's machine as its operator: the store, each device and its version, the copies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from booking_store.copies import making
from booking_store.copies.copy import CopyError, newest_first
from booking_store.database import LedgerError
from booking_store.reports import reading, sealed_by
from booking_store.seal import Seal, SealError
from command_line.doctor.finding import Finding, ill, watch, well
from command_line.operator import CommandError, Desk, OperatorSettings, at_the_desk, read_operator_settings
from command_line.safekeeping.folder import ago, seconds_since
from command_line.units import DEVICE_FILES
from mqtt.contract import DEVICE, SITE, DeviceState, SiteCard, StoreBeat, Want
from program.version import VERSION

HEARD_SECONDS: Final = 2.5
"""A little more than the time between two beats; what is retained has come long before."""
OFFICE_KEY: Final = DEVICE_FILES / "credentials" / "identity"
COPY_OLD_SECONDS: Final = 600.0
"""A copy is made each minute (nobat-backup.timer)."""


def of_site(operator: Path | None) -> Iterator[Finding]:
    """Everything that the operator's account and this machine show of the site. Of a site that is down, what is here."""
    try:
        settings = read_operator_settings(operator)
    except CommandError as problem:
        yield ill("site", str(problem), "docs/commands.md shows a whole one; nobat enroll writes one where there is none")
        return
    try:
        with at_the_desk(settings, SITE.name, f"{DEVICE.name}/+") as desk:
            yield from _heard(desk)
    except CommandError as problem:
        yield ill("site", str(problem), "systemctl status mosquitto nobat-store")
    yield _copies(settings)
    yield from _office_key(settings)


def _heard(desk: Desk) -> Iterator[Finding]:
    beat: StoreBeat | None = None
    card: SiteCard | None = None
    devices: dict[str, DeviceState] = {}
    for heard in desk.heard(HEARD_SECONDS):
        match heard.message:
            case StoreBeat(up=True) as beat if heard.live:
                pass
            case SiteCard() as card:
                pass
            case DeviceState() as state:
                devices[state.device] = state
    yield _store(beat)
    for device in card.devices if card is not None else ():
        yield _device(device.id, devices.get(device.id))


def _store(beat: StoreBeat | None) -> Finding:
    if beat is None:
        return ill("store", "it is not heard", "systemctl status nobat-store; journalctl -u nobat-store")
    if beat.wants is not Want.NOTHING:
        waits = ", ".join(beat.waits_for)
        return watch("store", f"since a copy was put back it waits for {waits}", "start them, or nobat go (docs/store-dead.md)")
    return well("store", "it beats")


def _device(name: str, state: DeviceState | None) -> Finding:
    if state is None or not state.up:
        said = "was never heard" if state is None else "is gone"
        return ill(name, said, "is it switched on and its cable in? Then, on it: nobat doctor")
    if state.health.faults:
        return watch(name, "; ".join(state.health.faults), "on it: nobat doctor")
    if state.version != VERSION:
        return watch(
            name,
            f"runs {state.version or 'an unknown version'}, this machine {VERSION}",
            "they understand each other; bring it to the same release",
        )
    return well(name, f"{state.role}, {state.version}")


def _copies(settings: OperatorSettings) -> Finding:
    """The newest copy that is good."""
    if settings.copies.folder is None:
        do = '[copies] folder = "/mnt/nobat-copies" in the operator\'s file, a folder on a second device: docs/copies.md'
        return ill("copies", "no copies are made: a ledger that is lost is lost with the clinic's bookings", do)
    folder = Path(settings.copies.folder)
    try:
        for copy in newest_first(folder):
            try:
                making.prove(copy)
            except CopyError:
                continue
            if seconds_since(copy) > COPY_OLD_SECONDS:
                return watch(
                    "copies",
                    f"the newest good one is of {ago(seconds_since(copy))}",
                    "systemctl status nobat-backup.timer nobat-backup",
                )
            return well("copies", f"the newest is of {ago(seconds_since(copy))}, and good")
    except CopyError as problem:
        return ill("copies", str(problem), "docs/copies.md: where copies go")
    return ill("copies", f"{folder}: no good copy of the ledger", "systemctl status nobat-backup; nobat backup")


def _office_key(settings: OperatorSettings, key: Path = OFFICE_KEY) -> Iterator[Finding]:
    """At an insurance office, the key without which nobody reads who a household is."""
    try:
        with reading(settings.database) as (_, site):
            office = site.office is not None
        sealed = sealed_by(settings.database) if office else ""
    except LedgerError:
        return  # the store's own fault, which is told where the store is
    if not office:
        return
    back = f"put it back as {key} from its safe place, then systemctl restart nobat-store nobat-console (docs/office.md)"
    try:
        found = Seal.read(key)
    except SealError as problem:
        yield ill("office key", str(problem), back if sealed else f"nobat enroll makes one; or nobat office key {key}")
        return
    if sealed and sealed != found.name:
        yield ill("office key", "the ledger was sealed with another one: the store does not start with this", back)
    else:
        yield well("office key", f"{key}; is there a copy of it where no copy of the ledger lies?")
