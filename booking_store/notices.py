"""What the screens must know: every retained snapshot, derived from the ledger and nothing else.

A snapshot is made again when a commit touched what it shows, and published when it then says something else. At each
connect all of them are published anew: the broker keeps nothing on disk. No snapshot names a person or a code (law 9).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Row, and_, bindparam, func, select

from booking_store import tables
from booking_store.clock import Now
from booking_store.desk import shares
from booking_store.desk.desk import Desk, Touched
from booking_store.desk.line import Line
from booking_store.site_card import name, site_card
from booking_store.statements import Prepared
from mqtt.contract import (
    BOARD,
    CALL_SPOKEN_WITHIN_SECONDS,
    CALLS_ON_BOARD,
    DAY,
    POINT,
    SHEET,
    SITE,
    STORE,
    UNDO_SECONDS,
    Board,
    Call,
    CallKind,
    Current,
    Day,
    DayStatus,
    LastAct,
    LateDoctor,
    Message,
    PointState,
    PointStatus,
    Progress,
    Serving,
    Sheet,
    SiteCard,
    Source,
    StoreBeat,
    Waiting,
    Want,
)
from rules.call_order import Next
from rules.calls import first_on_board
from rules.journey import State
from rules.schedule import absent_on, next_opening
from rules.site import Notice, Point, Site, Zone

NEXT_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message and its topic, for `Session.publish`. No message: the topic is not ours any more, for `Session.clear`."""

    topic: str
    key: str
    message: Message | None


class Parts(NamedTuple):
    """All that a point's state is made of, but for the commit and its time."""

    row: Row[Any]
    last_call: Call | None
    next: tuple[Next, ...]
    waiting: int


@dataclass(slots=True)
class Published:
    """What was published last on each topic, and the sequence at which each board and point last changed."""

    said: dict[tuple[str, str], Message] = field(default_factory=dict)
    progress: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Parts] = field(default_factory=dict)  # of the points' states, where the last one was made here


def everything(desk: Desk, published: Published) -> list[Outgoing]:
    """All that is retained, for a broker that knows nothing."""
    points = {point.id for point in desk.site.points}
    zones = {zone.id for zone in desk.site.zones}
    return list(changed(desk, Touched(dict.fromkeys(points), zones, day=True, site=True, queue=True), published))


def changed(desk: Desk, touched: Touched, published: Published) -> Iterator[Outgoing]:
    """The snapshots of what was touched that say something else than the last ones did; points first, they are waited for:
    each leaves before the next is made."""
    if touched.site:
        yield from _given_up(desk, published)
    for outgoing in _snapshots(desk, touched, published):
        if _is_news(outgoing, published):
            yield outgoing


def sheets(made: Mapping[str, Sheet], published: Published) -> Iterator[Outgoing]:
    """The kiosks' sheets, by kiosk, that say something else than the last ones did."""
    for kiosk, sheet in made.items():
        outgoing = Outgoing(SHEET.name, kiosk, sheet)
        if _is_news(outgoing, published):
            yield outgoing


def _snapshots(desk: Desk, touched: Touched, published: Published) -> Iterator[Outgoing]:
    line, site = _line(desk), desk.site
    all_of_them = touched.queue or touched.site
    rows = {row.id: row for row in desk.tx.execute(_POINT_ROWS)} if all_of_them else {}
    for point in site.points:
        if all_of_them:  # of fifty points, somebody new in a line changes what a few of them say
            parts = _parts(desk, rows.get(point.id) or _point_row(desk, point), point, line)
            if published.parts.get(point.id) != parts:
                published.parts[point.id] = parts
                yield Outgoing(POINT.name, point.id, _point_state(desk, point, parts))
        elif point.id in touched.points:
            published.parts.pop(point.id, None)
            yield Outgoing(POINT.name, point.id, touched.points[point.id] or point_state(desk, point))
    zones = [zone for zone in site.zones if all_of_them or zone.id in touched.zones]
    for zone in zones:
        yield Outgoing(BOARD.name, zone.id, _board(desk, zone, published, line))
    if touched.day or touched.site:
        yield Outgoing(DAY.name, "", day(desk))
    if touched.site:
        yield Outgoing(SITE.name, "", site_card(site, desk.epoch, desk.sequence))


def owns(site: Site, topic: str, key: str) -> bool:
    """Whether the site in force has such a point, zone, or kiosk that goes on when it is alone."""
    owned = {
        POINT.name: {point.id for point in site.points},
        BOARD.name: {zone.id for zone in site.zones},
        SHEET.name: {kiosk.id for kiosk in site.kiosks_with_numbers},
    }
    return topic not in owned or key in owned[topic]


def _given_up(desk: Desk, published: Published) -> list[Outgoing]:
    """Points, zones and kiosks of which something was published and that the site does not have any more."""
    gone = [(topic, key) for topic, key in published.said if not owns(desk.site, topic, key)]
    for topic, key in gone:
        del published.said[topic, key]
        published.progress.pop(f"{topic}/{key}", None)
    return [Outgoing(topic, key, None) for topic, key in gone]


def _is_news(outgoing: Outgoing, published: Published) -> bool:
    """Note a snapshot that says something new. When it was made and at which sequence is nothing new in itself."""
    message = outgoing.message
    if not isinstance(message, PointState | Board | Day | SiteCard | Sheet):
        return True
    made_at = {"as_of_ms": 0} if isinstance(message, PointState | Board | Sheet) else {}
    said = msgspec.structs.replace(message, sequence=0, **made_at)
    if published.said.get((outgoing.topic, outgoing.key)) == said:
        return False
    published.said[outgoing.topic, outgoing.key] = said
    if isinstance(message, PointState | Board):
        published.progress[f"{outgoing.topic}/{outgoing.key}"] = message.sequence
    return True


def beat(
    published: Published, connection: str, epoch: str, sequence: int, now: Now, wants: Want, waits_for: Sequence[str]
) -> Outgoing:
    """The sign of life, with how new each board and point should be."""
    progress = tuple(Progress(topic=topic, sequence=at) for topic, at in sorted(published.progress.items()))
    message = StoreBeat(
        up=True,
        connection=connection,
        epoch=epoch,
        sequence=sequence,
        wall_ms=now.ms,
        progress=progress,
        wants=wants,
        waits_for=tuple(waits_for),
    )
    return Outgoing(STORE.name, "", message)


# ----------------------------------------------------------------------------------------- snapshots


def point_state(desk: Desk, point: Point) -> PointState:
    """A point as its own screen shows it. Inside a transaction: as it will be after the commit."""
    return _point_state(desk, point, _parts(desk, _point_row(desk, point), point, _line(desk)))


def _point_row(desk: Desk, point: Point) -> Row[Any]:
    return desk.tx.execute(_POINT_ROW, {"point": point.id}).one()


def _parts(desk: Desk, row: Row[Any], point: Point, line: Line | None) -> Parts:
    waiting = line.waiting(frozenset({point.id})) if line is not None else 0
    return Parts(row, desk.calls.last_at(point.id), _next(desk, line, point), waiting)


def _point_state(desk: Desk, point: Point, parts: Parts) -> PointState:
    row = parts.row
    return PointState(
        point=point.id,
        epoch=desk.epoch,
        sequence=desk.sequence,
        revision=row.revision,
        as_of_ms=desk.now_ms,
        status=PointStatus(row.status),
        current=_current(row) if row.number is not None else None,
        last_call=parts.last_call,
        next=tuple(Waiting(number=one.number, why=one.why) for one in parts.next),
        waiting=parts.waiting,
        paused_why=row.paused_why,
        paused_until=row.paused_until,
        last_act=_last_act(row),
    )


def _board(desk: Desk, zone: Zone, published: Published, line: Line | None) -> Board:
    """All that a waiting room shows and speaks. A closed day leaves it empty. What it shows of a point is a part of what the
    point itself has just said."""
    opened = desk.open_day()
    points = [point for point in desk.site.points if point.zone == zone.id]
    here = [point.id for point in points]
    return Board(
        zone=zone.id,
        epoch=desk.epoch,
        sequence=desk.sequence,
        as_of_ms=desk.now_ms,
        calls=_calls(desk, zone, opened) if opened is not None else (),
        serving=tuple(_serving(desk, published, point) for point in points),
        waiting=line.waiting(frozenset(here)) if line is not None else 0,
        absent=_absent(desk, opened, here) if opened is not None else (),
        late=_late(desk, opened) if opened is not None else (),
        notices=tuple(name(one.text) for one in desk.site.notices if _shown(one, zone, desk.today)),
    )


def day(desk: Desk) -> Day:
    """The service day: the open one, or the last and when the next begins."""
    last = desk.tx.execute(_LAST_DAY).one_or_none()
    opened = last if last is not None and last.status != DayStatus.CLOSED else None
    of_date = date.fromisoformat(opened.date) if opened is not None else desk.today
    opening = next_opening(desk.site, desk.now) if opened is None else None
    return Day(
        epoch=desk.epoch,
        sequence=desk.sequence,
        status=DayStatus.CLOSED if opened is None else DayStatus(opened.status),
        service_day=last.id if last is not None else 0,
        date=last.date if last is not None else "",
        walk_ins=shares.walk_ins_left(desk, of_date) if opened is not None else (),
        absent_doctors=tuple(doctor.code for doctor in desk.site.doctors if absent_on(doctor, of_date)),
        opens_date=opening.date.isoformat() if opening is not None else None,
        opens_time=f"{opening.opens:%H:%M}" if opening is not None else None,
        clock_trusted=desk.clock_trusted,
    )


def became_callable(desk: Desk, since_ms: int) -> bool:
    """Whether a ticket can be called now that could not at `since_ms`, though no request came."""
    opened = desk.open_day()
    if opened is None:
        return False
    moments = {"day": opened.id, "since": since_ms, "now": desk.now_ms}
    return desk.tx.execute(_BECAME_CALLABLE, moments).first() is not None


# ----------------------------------------------------------------------------------- their small parts


def _line(desk: Desk) -> Line | None:
    """Who waits now; None: no day is open."""
    opened = desk.open_day()
    return None if opened is None else desk.line.of(desk.site, opened.id)


def _next(desk: Desk, line: Line | None, point: Point) -> tuple[Next, ...]:
    return () if line is None else line.next_at(point, NEXT_SHOWN, now_ms=desk.now_ms)


def _current(row: Row[Any]) -> Current:
    return Current(
        number=row.number,
        stage=row.stage,
        source=Source(row.source),
        called_at_ms=row.called_at_ms,
        calls=row.calls,
        department=row.department,
        doctor=row.doctor,
        priority=row.priority,
        priority_asked=row.priority_asked,
        urgent=row.urgent_at_ms is not None,
        marks=tuple(row.marks),
    )


def _last_act(row: Row[Any]) -> LastAct | None:
    if row.last_act is None:
        return None
    undo_until = row.last_act_at_ms + int(UNDO_SECONDS * 1000) if row.can_be_undone else None
    return LastAct(act=row.last_act, number=row.last_act_number, at_ms=row.last_act_at_ms, undo_until_ms=undo_until)


def _serving(desk: Desk, published: Published, point: Point) -> Serving:
    said = published.said.get((POINT.name, point.id))
    state = said if isinstance(said, PointState) else point_state(desk, point)
    current = state.current
    number, called_at_ms = (current.number, current.called_at_ms) if current is not None else (None, None)
    return Serving(point=point.id, status=state.status, number=number, called_at_ms=called_at_ms)


def _calls(desk: Desk, zone: Zone, opened: Row[Any]) -> tuple[Call, ...]:
    """The last 32 calls, and every one that may still be spoken (PROTOCOL rule 12); oldest first."""
    calls = desk.calls.of_zone(zone.id, opened.id)
    called_at_ms = [call.called_at_ms for call in calls]
    within_ms = int(CALL_SPOKEN_WITHIN_SECONDS * 1000)
    first = first_on_board(called_at_ms, desk.now_ms, most=CALLS_ON_BOARD, spoken_within_ms=within_ms)
    return tuple(islice(calls, first, None))


def _absent(desk: Desk, opened: Row[Any], here: Sequence[str]) -> tuple[int, ...]:
    return tuple(row.number for row in desk.tx.execute(_ABSENT, {"day": opened.id}) if row.point in here)


def _late(desk: Desk, opened: Row[Any]) -> tuple[LateDoctor, ...]:
    return tuple(LateDoctor(doctor=row.doctor, until=row.until) for row in desk.tx.execute(_LATE, {"date": opened.date}))


def _shown(notice: Notice, zone: Zone, today: date) -> bool:
    begun = notice.first is None or notice.first <= today
    over = notice.last is not None and notice.last < today
    return notice.zone in {None, zone.id} and begun and not over


_points, _tickets, _stops, _all_calls = tables.points, tables.tickets, tables.stops, tables.calls
# A stop remembers its first call; somebody who was absent in between has been called since.
_called_at = (
    select(func.max(_all_calls.c.called_at_ms))
    .where(_all_calls.c.ticket == _points.c.ticket, _all_calls.c.kind == CallKind.CALL.value, ~_all_calls.c.withdrawn)
    .scalar_subquery()
)
_point_rows = (
    select(
        *(column for column in _points.c if column is not _points.c.last_act_before),
        _points.c.last_act_before.is_not(None).label("can_be_undone"),
        *_tickets.c["number", "source", "priority", "priority_asked", "urgent_at_ms", "marks"],
        *_stops.c["stage", "department", "doctor", "calls"],
        _called_at.label("called_at_ms"),
    )
    .outerjoin(_tickets, _tickets.c.id == _points.c.ticket)
    .outerjoin(_stops, and_(_stops.c.ticket == _points.c.ticket, _stops.c.ended_at_ms.is_(None)))
)
_POINT_ROWS = Prepared(_point_rows)
_POINT_ROW = Prepared(_point_rows.where(_points.c.id == bindparam("point")))
_ABSENT = Prepared(
    select(_tickets.c.number, _stops.c.point)
    .join(_stops, _stops.c.ticket == _tickets.c.id)
    .where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.state == State.ABSENT.value,
        _stops.c.ended_at_ms.is_(None),
    )
    .order_by(_stops.c.called_at_ms.desc())
)
_LATE = Prepared(
    select(tables.late_doctors)
    .where(tables.late_doctors.c.date == bindparam("date"))
    .order_by(tables.late_doctors.c.until, tables.late_doctors.c.doctor)
)
_LAST_DAY = Prepared(select(tables.service_days).order_by(tables.service_days.c.id.desc()).limit(1))
_BECAME_CALLABLE = Prepared(
    select(_tickets.c.id)
    .where(
        _tickets.c.service_day == bindparam("day"),
        _tickets.c.state == State.WAITING.value,
        _tickets.c.callable_from_ms > bindparam("since"),
        _tickets.c.callable_from_ms <= bindparam("now"),
    )
    .limit(1)
)
