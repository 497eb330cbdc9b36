"""An insurance office for the store's tests: the real store with the example's site file and a key, driven without wires."""

import hashlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
from cryptography.fernet import Fernet
from sqlalchemy import text

from booking_store.answering import Incoming
from booking_store.clock import Now
from booking_store.digests import Digests
from booking_store.ledger import Ledger
from booking_store.seal import Seal
from booking_store.store import Store
from mqtt.contract import Answer, Loaded, LoadSite, OpenDay, Operation, Reply, Request
from mqtt.office_contract import (
    AnswerQuestions,
    AnswerTo,
    Approve,
    CaseAct,
    CaseStands,
    DocumentFields,
    HandOver,
    HouseholdFields,
    IssueLetter,
    OfficeRefusal,
    OpenCase,
    PersonFields,
    StepCase,
    TakeUp,
    Why,
    WriteFee,
    WriteNajva,
)
from rules.household import Relation, Sex
from rules.referral import NajvaResult, Said
from tests.store.clinic import SUNDAY, moment_ms, new_id

SITE_FILE = Path(__file__).parents[2] / "sites" / "foreign_nationals_office.toml"
SARA, ALI = "sara", "ali"  # who writes cases, and who reviews them
OFFICE, PIN = "72-1001", "4711"
QUESTIONS = ("whole_household", "head_present", "lives_here")

Fields = TypeVar("Fields", bound=msgspec.Struct)

_codes = itertools.count(10_001)


class InsuranceOffice:
    """The store of an office. Time stands still until a test moves it."""

    def __init__(
        self, reopen: Callable[[], Ledger], *, key: bytes | None = None, site_file: Path = SITE_FILE, site: str = "office"
    ) -> None:
        self._reopen, self._site = reopen, site
        self.key = key or Fernet.generate_key()
        self.now = Now(moment_ms("08:00"))
        self.ledger = reopen()
        self.store = self._store()
        assert isinstance(loaded := self.load(site_file), Loaded), loaded
        self.ask(OpenDay(), device="operator")

    def _store(self) -> Store:
        return Store(self.ledger, self._site, Random(1), Digests(cost=2), Seal([self.key]))  # noqa: S311  the same codes in each run

    def restart(self) -> None:
        """The store ends and starts again on the same ledger."""
        self.ledger.close()
        self.ledger = self._reopen()
        self.store = self._store()

    def load(self, path: Path) -> Answer:
        return self.ask(LoadSite(path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest()), device="operator")

    def at(self, clock: str, day: date = SUNDAY) -> "InsuranceOffice":
        self.now = replace(self.now, ms=moment_ms(clock, day))
        return self

    def tick(self) -> None:
        """Let the store see the time."""
        self.store.tick(self.now)

    def ask(self, operation: Operation, by: str | None = SARA, request: str | None = None, device: str = "console") -> Answer:
        """What an officer's request is answered."""
        asked = Incoming(device, Request(id=request or new_id(), operation=operation, boot="boot-1", by=by))
        (reply,) = self.store.handle_batch([asked], self.now)
        assert isinstance(reply.message, Reply)
        return reply.message.answer

    # -------------------------------------------------------------------------------- officers

    def opens(self, fields: HouseholdFields | None = None, matter: str = "incomplete_papers", **more: Any) -> CaseStands:
        answer = self.ask(OpenCase(matter=matter, fields=fields or family(), **more))
        assert isinstance(answer, CaseStands), answer
        return answer

    def step(self, case: CaseStands, act: CaseAct, by: str = SARA) -> CaseStands:
        """A step that is taken."""
        answer = self.ask(StepCase(case=case.case, revision=case.revision, act=act), by)
        assert isinstance(answer, CaseStands), answer
        return answer

    def refused(self, case: CaseStands, act: CaseAct, by: str = SARA) -> tuple[Why, ...]:
        """Why a step is not taken."""
        answer = self.ask(StepCase(case=case.case, revision=case.revision, act=act), by)
        assert isinstance(answer, OfficeRefusal), answer
        return answer.why

    def reviewed(self, case: CaseStands, questions: Iterable[str] = QUESTIONS) -> CaseStands:
        """Everything that a review wants to know is written down."""
        case = self.step(case, TakeUp(), ALI)
        case = self.step(case, WriteNajva(result=NajvaResult.CONFIRMED, reference="N-7712345"))
        answers = tuple(AnswerTo(question=question, said=Said.YES) for question in questions)
        case = self.step(case, AnswerQuestions(answers=answers))
        return self.step(case, WriteFee(receipt="R-1234567"))

    def approved(self, case: CaseStands) -> CaseStands:
        return self.step(self.reviewed(case), Approve(), ALI)

    def with_letter(self, case: CaseStands) -> CaseStands:
        return self.step(self.approved(case), IssueLetter(service_office=OFFICE, signer="director"), ALI)

    def handed(self, case: CaseStands) -> CaseStands:
        return self.step(self.with_letter(case), HandOver(name="گل‌محمد رحیمی", relation=Relation.HEAD))

    # -------------------------------------------------------------------------------- looking inside

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self.ledger.connection.begin():
            return list(self.ledger.connection.execute(text(sql), values))

    def one(self, sql: str, **values: Any) -> Any:
        (row,) = self.rows(sql, **values)
        return row


def code() -> str:
    """A household's code that nobody has yet."""
    return str(next(_codes))


def person(name: str, relation: Relation = Relation.CHILD, number: str = "", **more: Any) -> PersonFields:
    card = DocumentFields(type="amayesh", number=number or f"17{next(_codes):08}", cycle=17)
    about: dict[str, Any] = {
        "name": name,
        "relation": relation,
        "sex": Sex.FEMALE,
        "nationality": "AF",
        "document": card,
    } | more
    return PersonFields(**about)


def family(household: str | None = None, **more: Any) -> HouseholdFields:
    """A head, a wife and a child, whose cards are extended to the year's end."""
    members = (
        person("گل‌محمد رحیمی", Relation.HEAD, sex=Sex.MALE, born="1985-03-21", father="نورمحمد", exclusive=exclusive()),
        person("زهرا رحیمی", Relation.SPOUSE, born="1988-07-01"),
        person("مریم رحیمی", born="2015-10-10"),
    )
    about: dict[str, Any] = {"code": household or code(), "members": members, "county": "arak", "mobile": "09121234567"} | more
    return HouseholdFields(**about)


def exclusive() -> str:
    return f"1{next(_codes):011}"


def again(fields: Fields, **more: Any) -> Fields:
    """The same, once more with something else."""
    return msgspec.structs.replace(fields, **more)


def why(answer: object) -> tuple[Why, ...]:
    """The reasons of a refusal."""
    assert isinstance(answer, OfficeRefusal), answer
    return answer.why
