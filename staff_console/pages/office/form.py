"""What the forms of the officers' pages have in common: an id of their own, the lists to choose from, a slip at a kiosk."""

import re
import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from mqtt.contract import NoteOrder, PrintOfficeSlip, Refusal
from mqtt.office_contract import CaseAct, StepCase
from rules.household import Relation
from rules.inquiries import Result, Way
from rules.referral import NajvaResult, Said
from staff_console.acts import Form
from staff_console.answering import form_of, told
from staff_console.house import House
from staff_console.office.answers import refused_words
from staff_console.office.typed import converted
from staff_console.office.wording import Wording
from staff_console.reception_view import kiosks_of
from staff_console.visitor import Visitor

NOT_NOW: Final = 409
"""The status of a form that was not done, and is shown again."""
_REQUEST: Final = re.compile(r"[0-9a-f]{32}")


def fresh() -> str:
    """The id of one form."""
    return secrets.token_hex(16)


def request_of(form: Form) -> str | None:
    """The form's own id, by which the same form sent twice does one thing."""
    said = form.get("request", "")
    return said if _REQUEST.fullmatch(said) else None


def ticket_number(written: str) -> str:
    """A ticket's number out of an address or a form; empty where it is none."""
    return str(int(written)) if written.isdecimal() and len(written) <= len("9999") else ""


def stepping(request: Request, form: Form, act: CaseAct) -> StepCase:
    """The step of a form. Raises MistypedError where no page of ours made it."""
    asked: StepCase = converted(
        StepCase, {"case": request.path_params["case"], "revision": form.get("revision"), "act": msgspec.to_builtins(act)}
    )
    return asked


def matters(words: Wording) -> tuple[tuple[str, str], ...]:
    """Those that open a case."""
    return tuple((one.id, words.of(one.name)) for one in words.office.matters if one.opens_case)


def choices(words: Wording) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """What the lists of the office's forms hold: ids and words."""
    say, office = words.say, words.office
    return {
        "relation": tuple((one.value, say(f"office.relation.{one.value}")) for one in Relation),
        "najva": tuple((one.value, say(f"office.najva.{one.value}")) for one in NajvaResult),
        "said": tuple((one.value, say(f"office.said.{one.value}")) for one in Said),
        "way": tuple((one.value, say(f"office.way.{one.value}")) for one in Way),
        "result": tuple((one.value, say(f"office.result.{one.value}")) for one in Result),
        "paper": words.pairs(office.papers),
        "refusal": words.pairs(office.refusals),
        "signer": words.pairs(office.signers),
        "service_office": tuple((one.code, f"{words.of(one.name)} ({one.city})") for one in office.service_offices),
    }


def print_slip(request: Request, house: House, visitor: Visitor, order: PrintOfficeSlip) -> Response:
    """Have the kiosk that a form names print a slip, after the audit trail has said so."""
    kiosk = form_of(request).get("kiosk", "")
    if kiosk not in kiosks_of(house.watch.clinic):
        return told(request, visitor, False, visitor.say("staff.told.no_kiosk"))
    noted = house.ask(visitor, NoteOrder(device=kiosk, order="print_office_slip"))
    if noted is None or isinstance(noted, Refusal):
        return told(request, visitor, False, " ".join(refused_words(noted, visitor.say)))
    house.order(kiosk, order)
    return told(request, visitor, True, visitor.say("office.told.slip_printed"))
