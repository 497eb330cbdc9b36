"""What may be announced of an absence: its date and hours, a remedy that can be had, words that can be filled."""

from datetime import date, datetime, time

from booking_store.desk.desk import Desk
from booking_store.desk.touched import Fate
from mqtt.contract import AnnounceAbsence, Reason, Refusal, Remedy
from rules.absence import Absence, with_absences
from rules.schedule import absent_on, hours_on, last_bookable_day, sessions_of, sessions_on
from rules.site import Doctor
from rules.texts import FACTS, TextKind, facts_named


def read(desk: Desk, operation: AnnounceAbsence) -> Absence | Refusal:
    """The absence that is meant, or why there can be none."""
    try:
        of_date = date.fromisoformat(operation.date)
        starts, ends = (_clock(text) if text is not None else None for text in (operation.starts, operation.ends))
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22" and times like "10:30"')
    if operation.doctor is not None and desk.site.doctor(operation.doctor) is None:
        return Refusal(reason=Reason.UNKNOWN_DOCTOR, doctor=operation.doctor)
    if of_date < desk.service_date:
        return Refusal(reason=Reason.BAD_DATE, date=operation.date)
    if starts is not None and starts == ends:
        return Refusal(reason=Reason.MALFORMED, detail="an absence ends later than it begins")
    return Absence(of_date, operation.doctor, starts, ends)


def _clock(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 (a time of day)


def wrong_hours(desk: Desk, absence: Absence) -> Refusal | None:
    """Why nobody can be away from then to then: it would end before it begins, and nobody works past midnight there."""
    if absence.starts is None or absence.ends is None or absence.starts < absence.ends:
        return None
    opened = hours_on(desk.site, absence.date) if absence.doctor is None else None
    sessions = [one for one in sessions_on(desk.site, absence.date) if absence.doctor in (None, one.doctor)]
    if (opened is not None and opened.ends <= opened.opens) or any(one.ends <= one.starts for one in sessions):
        return None
    detail = f"an absence ends later than it begins, not from {absence.starts:%H:%M} to {absence.ends:%H:%M}"
    return Refusal(reason=Reason.MALFORMED, detail=detail)


def wrong_remedy(desk: Desk, absence: Absence, operation: AnnounceAbsence) -> Refusal | None:
    """Why the remedy cannot be had."""
    fits = (operation.move_to is not None) is (operation.remedy is Remedy.MOVE)
    fits = fits and (operation.substitute is not None) is (operation.remedy is Remedy.SUBSTITUTE)
    if not fits or (operation.remedy is Remedy.SUBSTITUTE and absence.doctor is None):
        return Refusal(reason=Reason.MALFORMED, detail="moving needs a date, a substitute stands in for one doctor")
    if operation.move_to is not None:
        return _wrong_date(desk, absence, operation.move_to)
    doctor = desk.site.doctor(absence.doctor) if absence.doctor is not None else None
    if operation.substitute is not None and doctor is not None:
        return _wrong_substitute(desk, absence, doctor, operation.substitute)
    return None


def _wrong_date(desk: Desk, absence: Absence, move_to: str) -> Refusal | None:
    """Why nobody can be moved to this date."""
    try:
        to = date.fromisoformat(move_to)
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22"')
    if to < desk.service_date:
        return Refusal(reason=Reason.BAD_DATE, date=move_to)
    if to > last_bookable_day(desk.site, desk.now):
        return Refusal(reason=Reason.BEYOND_HORIZON, date=move_to)
    left = with_absences(desk.site, [absence])
    doctor = left.doctor(absence.doctor) if absence.doctor is not None else None
    departments = left.departments if doctor is None else [one for one in left.departments if one.code == doctor.department]
    if any(sessions_of(left, to, one.code, absence.doctor) for one in departments):
        return None
    away = doctor is not None and absent_on(doctor, to)
    return Refusal(reason=Reason.DOCTOR_ABSENT if away else Reason.NO_SESSION, doctor=absence.doctor, date=move_to)


def _wrong_substitute(desk: Desk, absence: Absence, doctor: Doctor, substitute: int) -> Refusal | None:
    """Why this doctor cannot stand in: of another department, absent too, or without a room that would call."""
    other = desk.site.doctor(substitute)
    department = desk.site.department(doctor.department)
    if other is None or department is None or other.code == doctor.code or other.department != doctor.department:
        return Refusal(reason=Reason.UNKNOWN_DOCTOR, doctor=substitute, department=doctor.department)
    if absent_on(other, absence.date):
        return Refusal(reason=Reason.DOCTOR_ABSENT, doctor=substitute, date=absence.date.isoformat())
    for stage in department.stages:
        if not any(point.serves(stage, department.code, substitute) for point in desk.site.points):
            detail = f"no point serves {stage} for them"
            return Refusal(reason=Reason.NOT_POSSIBLE_NOW, doctor=substitute, detail=detail)
    return None


def wrong_words(operation: AnnounceAbsence) -> Refusal | None:
    """Why the edited text cannot be sent."""
    if operation.words is None:
        return None
    kind = kind_of(operation, Fate(substitute=operation.substitute), moves_them=operation.remedy is Remedy.MOVE)
    unknown = facts_named(operation.words) - FACTS[kind]
    if operation.words.strip() and not unknown:
        return None
    known = ", ".join(f"{{{name}}}" for name in sorted(FACTS[kind]))
    return Refusal(
        reason=Reason.MALFORMED, detail=f"the text may name {known}; it names {', '.join(sorted(unknown)) or 'nothing'}"
    )


def kind_of(operation: AnnounceAbsence, fate: Fate, *, moves_them: bool) -> TextKind:
    """Which text tells it."""
    if moves_them:
        return TextKind.MOVED
    if fate.substitute is not None:
        return TextKind.SUBSTITUTE
    return TextKind.CLOSED if operation.doctor is None else TextKind.CANCELLED
