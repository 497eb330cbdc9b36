"""The one way in which a case changes: the rule is asked, its row written, its step noted, and the audit trail told.

No row of the audit trail names a person: it names the case, and who may look there finds them.
"""

from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.office.seat import refused
from booking_store.desk.outbox import NewText, write
from mqtt.office_contract import CaseStands, OfficeRefusal, Why
from rules.digits import persian_digits
from rules.letters import letter_number
from rules.referral import OPEN, Act, Case, No, Recorded, State, Step, after
from rules.texts import TextKind, dialled, fill

TEXT_GOOD_FOR_MS: Final = 3 * 24 * 3600 * 1000


def step(
    desk: Desk, who: str, case: Row[Any], act: Act, asked: Asked, recorded: Recorded | None = None, **values: Any
) -> Row[Any] | OfficeRefusal:
    """Take one step at a case, with what it writes into its row; the row after it, or why not. `recorded`: of a RECORD."""
    no = why_not(desk, case, act)
    if no is not None:
        return no
    was = State(case.state)
    now = State(after(was, act))
    values |= {"state": now, "revision": case.revision + 1}
    if (now in OPEN) != (was in OPEN):
        values["ended_at_ms"] = None if now in OPEN else desk.now_ms
    row = desk.tx.execute(update(_cases).where(_cases.c.id == case.id).values(**values).returning(_cases)).one()
    taken = {"case_id": case.id, "act": act, "who": who, "at_ms": desk.now_ms, "was": was, "now": now, "recorded": recorded}
    desk.tx.execute(insert(tables.case_steps), taken)
    details = {"case": case.id, "household": row.household, "was": was, "now": now}
    desk.note(asked, f"case_{act}", service_day=row.service_day, number=row.number, details=details)
    return row


def why_not(desk: Desk, case: Row[Any], act: Act) -> OfficeRefusal | None:
    """Why this step cannot be taken. Asked before anything of it is written: a refusal's transaction is committed too.

    A case that was over is not opened again where its household has asked anew since: it has one open case."""
    now = after(State(case.state), act)
    if isinstance(now, No):
        return refused(Why(now.value), case=case)
    opens_again = now in OPEN and State(case.state) not in OPEN
    return refused(Why.OPEN_CASE, case=case) if opens_again and open_case(desk, case.household) is not None else None


def case_of(desk: Desk, row: Row[Any]) -> Case:
    """A case as the rules look at it, with every step that it took."""
    taken = tuple(step_of(one) for one in desk.tx.execute(_STEPS, {"case": row.id}))
    return Case(row.opened_by, row.opened_at_ms, State(row.state), taken)


def step_of(row: Row[Any]) -> Step:
    """A step's row as the rules look at it."""
    recorded = None if row.recorded is None else Recorded(row.recorded)
    return Step(Act(row.act), row.who, row.at_ms, State(row.was), State(row.now), recorded)


def stands(desk: Desk, row: Row[Any], **more: Any) -> CaseStands:
    """The answer to who asked for the step."""
    letter = standing_letter(desk, row.id)
    return CaseStands(
        case=row.id,
        household=row.household,
        state=State(row.state),
        revision=row.revision,
        letter=None if letter is None else letter_number(letter.year, letter.serial),
        code=None if letter is None else letter.code,
        **more,
    )


def standing_letter(desk: Desk, case: int) -> Row[Any] | None:
    """The letter of a case that is not void."""
    return desk.tx.execute(_LETTER, {"case": case}).one_or_none()


def open_case(desk: Desk, household: int) -> Row[Any] | None:
    """The household's one open case."""
    return desk.tx.execute(_OPEN_CASE, {"household": household}).one_or_none()


def tell(desk: Desk, kind: TextKind, key: str, household: int, **facts: str) -> None:
    """Write a text to a household, in the site's words: its mobile is read from under the seal when the text leaves. The row
    holds none, so that a copy of the ledger tells nobody's."""
    template = desk.site.texts.templates.get(kind)
    if template is None:
        return
    body = fill(template, {"clinic": desk.site.name.fa, "phone": dialled(desk.site.phone), **facts})
    until_ms = desk.now_ms + TEXT_GOOD_FOR_MS
    write(desk, NewText(kind, key, "", persian_digits(body), until_ms, until_ms, household=household))


_cases = tables.cases
_STEPS: Final = (
    select(tables.case_steps).where(tables.case_steps.c.case_id == bindparam("case")).order_by(tables.case_steps.c.id)
)
_OPEN_CASE: Final = select(_cases).where(_cases.c.household == bindparam("household"), _cases.c.state.in_(sorted(OPEN)))
_LETTER: Final = select(tables.letters).where(
    tables.letters.c.case_id == bindparam("case"), tables.letters.c.void_at_ms.is_(None)
)
