"""The site in force: the newest site file with the absences that stand. A file is checked again here when it is loaded,
applied in one transaction, and told in one sentence a change.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select

from booking_store import tables
from booking_store.database import LedgerDamagedError
from booking_store.desk import sessions
from booking_store.desk.desk import Asked, Desk
from booking_store.site_file import SiteFileError, describe_changes, parse_site
from booking_store.statements import Statements
from mqtt.contract import Answer, Loaded, LoadSite, PointStatus, Reason, Refusal
from program.unreadable import why_unreadable
from rules.absence import Absence, with_absences
from rules.name import Name
from rules.schedule import sessions_on, span
from rules.site import Device, Holidays, NumberRange, Site

FILE_LIMIT_BYTES: Final = 1024 * 1024
ABSENCES_OF: Final = timedelta(days=7)
"""Older absences change nothing that anybody asks for."""


def filed(tx: Statements, site_id: str) -> Site:
    """The site as its last loaded file says, or one where nothing is but an operator who may load a file. Raises
    LedgerDamagedError: it was a site file when it was loaded."""
    newest = select(tables.sites.c.document).order_by(tables.sites.c.id.desc()).limit(1)
    document = tx.execute(newest).scalar_one_or_none()
    if document is not None:
        try:
            return _parsed(document)
        except SiteFileError as problem:
            said = " | ".join(problem.problems)
            raise LedgerDamagedError(f"{said}. The ledger is damaged: put the newest good copy in its place") from problem
    return Site(
        id=site_id,
        name=Name(site_id),
        time_zone="Asia/Tehran",
        hours={},
        hours_overrides=(),
        holidays=Holidays({}, date(1970, 1, 1)),
        stages=(),
        departments=(),
        doctors=(),
        zones=(),
        points=(),
        devices=(Device("operator", "operator"),),
        help_range=NumberRange(9000, 9999),
    )


@lru_cache(maxsize=2)
def _parsed(document: str) -> Site:
    """Kept, because each commit that fails (a full disk) reads the site anew, and reading TOML takes longer than all else."""
    return parse_site(document, "the site file in the ledger")


def in_force(tx: Statements, site: Site, now_ms: int) -> Site:
    """The filed site with the absences of these days."""
    since = (datetime.fromtimestamp(now_ms / 1000, UTC).date() - ABSENCES_OF).isoformat()
    return with_absences(site, [absence_of(row) for row in tx.execute(_STANDING, {"since": since})])


def absence_of(row: Row[Any]) -> Absence:
    """An absence of the ledger as the rules look at it."""
    starts, ends = (None if clock is None else time.fromisoformat(clock) for clock in (row.starts, row.ends))
    return Absence(date.fromisoformat(row.date), row.doctor, starts, ends)


def filed_ends(desk: Desk, day: date) -> Mapping[tuple[int, int | None, int], datetime]:
    """When the sessions of a day end by the site file, whatever was announced since: by department, doctor and beginning, in
    milliseconds."""
    site = filed(desk.tx, desk.site.id)
    ends = {}
    for planned in sessions_on(site, day):
        starts, over = span(site, day, planned.starts, planned.ends)
        ends[planned.department, planned.doctor, int(starts.timestamp() * 1000)] = over
    return ends


def load_site(desk: Desk, asked: Asked, operation: LoadSite) -> Answer:
    """Put the site file in force. A file that says what is in force already changes nothing."""
    if operation.instead_of is not None and operation.instead_of != desk.tx.execute(_NEWEST_SHA256).scalar():
        return Refusal(reason=Reason.STALE, detail="another site file was loaded meanwhile; look at what it says first")
    try:
        sha256, text, site = _checked(desk, operation)
    except SiteFileError as problem:
        return Refusal(reason=Reason.BAD_SITE_FILE, detail=str(problem))
    changes = describe_changes(filed(desk.tx, desk.site.id), site)
    if changes and not operation.dry_run:
        row = {"sha256": sha256, "document": text, "loaded_at_ms": desk.now_ms, "loaded_by": asked.who}
        desk.tx.execute(insert(tables.sites), row)
        desk.note(asked, "site_loaded", details={"sha256": sha256, "changes": list(changes)})
        put_in_force(desk, site)
    return Loaded(changes=changes)


def _checked(desk: Desk, operation: LoadSite) -> tuple[str, str, Site]:
    """The file's digest, its text and its site. Raises SiteFileError."""
    name = operation.path
    try:
        with Path(name).open("rb") as file:
            content = file.read(FILE_LIMIT_BYTES + 1)
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SiteFileError((f"{name}: cannot be read: {why_unreadable(problem)}",)) from problem
    if len(content) > FILE_LIMIT_BYTES:
        raise SiteFileError((f"{name}: larger than {FILE_LIMIT_BYTES} bytes",))
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != operation.sha256:
        raise SiteFileError((f"{name}: the file has changed since it was checked; load it again",))
    site = parse_site(text, name)
    if site.id != desk.site.id:
        raise SiteFileError((f'{name}: id: this store serves the site "{desk.site.id}", the file describes "{site.id}"',))
    stranded = tuple(f"{name}: {sentence}" for sentence in _stranded(desk, site))
    if stranded:
        raise SiteFileError(stranded)
    return sha256, text, site


def _stranded(desk: Desk, site: Site) -> Iterator[str]:
    """Law 11: whoever is in the house keeps a point that may call them."""
    points = {point.id: point for point in site.points}
    for stop in desk.tx.execute(_IN_THE_HOUSE):
        number = stop.number
        if stop.current_at is not None and stop.current_at not in points:
            yield f"points: {stop.current_at} has number {number} now; finish it first"
        elif stop.only_point is not None and stop.only_point not in points:
            yield f"points: number {number} was sent to {stop.only_point}; call or transfer it first"
        elif not any(point.serves(stop.stage, stop.department, stop.doctor) for point in site.points):
            yield f"points: number {number} is at stage {stop.stage}, which no point would serve; finish it first"


def put_in_force(desk: Desk, site: Site) -> None:
    """From now on the filed `site` holds, with the absences that stand: points, sessions and screens follow."""
    desk.site = site = in_force(desk.tx, site, desk.now_ms)
    known = set(desk.tx.execute(select(tables.points.c.id)).scalars())
    for point in site.points:
        if point.id not in known:
            desk.tx.execute(insert(tables.points), {"id": point.id, "revision": 1, "status": PointStatus.OPEN})
    # Yesterday too: a service day may pass midnight.
    sessions.refresh(desk, desk.today - timedelta(days=1))
    day = desk.open_day()
    if day is not None:
        sessions.hold(desk, day.date)
    desk.touched.site = desk.touched.day = True
    desk.every_line_changed()
    desk.touched.point(*(point.id for point in site.points))
    desk.touched.zones |= {zone.id for zone in site.zones}


_NEWEST_SHA256 = select(tables.sites.c.sha256).order_by(tables.sites.c.id.desc()).limit(1)
_STANDING = (
    select(tables.absences)
    .where(tables.absences.c.undone_at_ms.is_(None), tables.absences.c.date >= bindparam("since"))
    .order_by(tables.absences.c.id)
)
_IN_THE_HOUSE = (
    select(
        tables.tickets.c.number,
        tables.stops.c.stage,
        tables.stops.c.department,
        tables.stops.c.doctor,
        tables.stops.c.only_point,
        tables.points.c.id.label("current_at"),
    )
    .select_from(tables.stops)
    .join(tables.tickets, tables.tickets.c.id == tables.stops.c.ticket)
    .outerjoin(tables.points, tables.points.c.ticket == tables.tickets.c.id)
    .where(tables.stops.c.ended_at_ms.is_(None))
    .order_by(tables.tickets.c.number)
)
