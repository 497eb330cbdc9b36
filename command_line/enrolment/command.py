"""`nobat enroll`, `nobat join` and `nobat revoke`: who may sign in at the site's broker."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

import typer

from booking_store.database import LedgerError
from booking_store.seal import SealError
from booking_store.site_file import SiteFileError, read_site
from command_line.enrolment.bundle import DEVICES_FOLDER, read_bundle, refuse_another_screen, unpack
from command_line.enrolment.site_folder import SITES_OWN, SiteFolder
from command_line.operator import CommandError, FailedError
from mqtt.access import ACCOUNT, DOORKEEPER_ACCOUNT
from mqtt.codec import join as joined
from mqtt.codec import prefix
from mqtt.contract import DEVICE, SHEET
from mqtt.link import Delivered, Ended, Joined, Link
from program.settings import Broker
from rules.site import PROGRAM_ROLES, Device, Site

BROKER_ANSWERS_WITHIN_SECONDS: Final = 5.0
SiteFolderOption = Annotated[Path, typer.Option("--site-folder", help="Where the site's keys and the broker's files are.")]
SiteFileOption = Annotated[
    Path | None, typer.Option("--site", help="The site file; without it the only one in the site folder's sites/.")
]


def enroll(
    device: Annotated[
        str | None, typer.Argument(help="The device's id in the site file; without it only the broker is made ready.")
    ] = None,
    server: Annotated[
        list[str] | None,
        typer.Option(help="The broker's name or address, as devices reach it. Wanted once; may be given again."),
    ] = None,
    site: SiteFileOption = None,
    site_folder: SiteFolderOption = DEVICES_FOLDER,
    port: Annotated[int | None, typer.Option(help="The broker's port for programs of this machine; 1883 at first.")] = None,
    tls_port: Annotated[int | None, typer.Option("--tls-port", help="Its port for devices; 8883 at first.")] = None,
) -> None:
    """Let a device in: its account, and a bundle to carry to it. The first time, the site's authority and the broker too."""
    folder = _site_folder(site_folder, site)
    entering = None if device is None else _device(folder.site, device)
    with _files_told(), folder.held():
        usual = folder.ports()
        made_anew = folder.prepare(server or (), datetime.now(UTC), (port or usual[0], tls_port or usual[1]))  # noqa: TID251
        names = ", ".join(folder.server_names())
        typer.echo(f"broker: {folder.broker}, {'a new certificate' if made_anew else 'certificate'} for {names}")
        if entering is not None:
            again = folder.is_enrolled(entering.id)
            bundle = folder.enroll(entering, server[0] if server else None)
            typer.echo(f"{entering.id}: {bundle}")
            typer.echo("Carry it to the device, run there: nobat join FILE, and leave no copy: it is the device's key.")
            if again:
                typer.echo(f"{entering.id} was enrolled before: the password that it had opens nothing any more.")
        _office_key(folder)
    running = folder.tell_broker()
    typer.echo("The running broker knows." if running else "No broker runs on these files; it reads them when it starts.")
    if not running and (other := folder.unknown_broker()):
        typer.echo(f"Warning: {other}. It knows nothing of this: systemctl restart mosquitto", err=True)


def _office_key(folder: SiteFolder) -> None:
    """Made, or told that it is lost: the queue's devices are let in all the same."""
    try:
        if folder.make_identity_key():
            typer.echo(f"{folder.identity_key}: the office's key was made. Keep a copy of it where no copy of the ledger lies.")
    except (CommandError, LedgerError, SealError) as problem:
        typer.echo(f"Warning: {problem}", err=True)


def join(
    bundle: Annotated[Path, typer.Argument(help="The bundle that nobat enroll made.", metavar="FILE")],
    folder: Annotated[Path, typer.Option(help="Where the units look for device files.")] = DEVICES_FOLDER,
) -> None:
    """On a device: take its bundle in, and delete it."""
    found = read_bundle(bundle)
    refuse_another_screen(found, folder)
    with _files_told():
        fresh = unpack(found, folder)
        bundle.unlink()
    typer.echo(f"{found.device}: may sign in. The bundle was deleted.")
    settings = folder / f"{found.device}.toml"
    typer.echo(f"{settings}: {'complete its hardware' if fresh else 'was there, and was left as it is'}.")


def revoke(
    device: Annotated[str, typer.Argument(help="The device's id.")],
    site: SiteFileOption = None,
    site_folder: SiteFolderOption = DEVICES_FOLDER,
) -> None:
    """Let a device in no more: its connection is cut, and what it left on the broker is taken away."""
    folder = _site_folder(site_folder, site)
    if device in SITES_OWN or ACCOUNT.fullmatch(device) is None:
        raise CommandError(f"{device!r} is no device")
    if not folder.is_enrolled(device):
        _device(folder.site, device)  # one that had an account may have left the site file since
    with _files_told(), folder.held():
        known = folder.revoke(device)
    if folder.tell_broker():
        _clear(folder, device)
    elif other := folder.unknown_broker():
        raise FailedError(
            f"{device}: has no account in the broker's files any more, but {other}: there it may still come in. "
            "Start the broker anew (systemctl restart mosquitto)"
        )
    typer.echo(f"{device}: {'lets nobody in any more' if known else 'had no account'}; nothing of it is left on the broker.")
    if folder.site.device(device) is not None:
        typer.echo("The site file still names it: without it there the store would not serve it either.")


def _site_folder(path: Path, site: Path | None) -> SiteFolder:
    if site is None:
        found = sorted((path / "sites").glob("*.toml"))
        if len(found) != 1:
            raise CommandError(f"{path / 'sites'}: {len(found)} site files; name one with --site")
        site = found[0]
    try:
        return SiteFolder(path.resolve(), read_site(site))
    except SiteFileError as problem:
        raise CommandError(str(problem)) from problem


def _device(site: Site, device: str) -> Device:
    known = {one.id: one for one in site.devices if one.role not in PROGRAM_ROLES}
    if device not in known:
        raise CommandError(f"no device {device!r} in the site file; there are {', '.join(known)}")
    return known[device]


@contextmanager
def _files_told() -> Iterator[None]:
    """A folder that is not ours, or a full disk, in words."""
    try:
        yield
    except OSError as problem:
        raise FailedError(f"{problem.filename}: {problem.strerror}. Run it as root, on the machine it is for") from problem


def _clear(folder: SiteFolder, device: str) -> None:
    """Take back what is retained of a device, as the doorkeeper, which may do that and nothing else. The broker has cut the
    device off before it takes us in: it acts on its signal first."""
    login = Broker(port=folder.ports()[0], password_file=str(folder.password_file(DOORKEEPER_ACCOUNT)))
    link = Link(login, DOORKEEPER_ACCOUNT)
    try:
        link.connect()
        _until(link, Joined, 1)
        for topic in (DEVICE, SHEET):
            link.send(prefix(folder.site.id) + joined(topic.name, device), b"", retained=True)
        _until(link, Delivered, 2)
    except OSError as problem:
        raise FailedError(f"the account is gone, but the broker cannot be asked to forget {device}: {problem}") from problem
    finally:
        with suppress(OSError):
            link.close()


def _until(link: Link, wanted: type[Joined | Delivered], many: int) -> None:
    """Turn the link until so many of these have come. Raises ConnectionError."""
    end = monotonic() + BROKER_ANSWERS_WITHIN_SECONDS
    while many > 0:
        for arrival in link.turn(0.1):
            if isinstance(arrival, Ended):
                raise ConnectionError(arrival.why)
            many -= isinstance(arrival, wanted)
        if monotonic() > end:
            raise ConnectionError("no answer")
