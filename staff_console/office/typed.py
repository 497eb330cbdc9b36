"""What an officer typed into a form, made a request of the contract; or which field of it cannot be read. Pure.

Dates are typed as they stand on cards here, in the Jalali calendar, in any digits. What is odd about a code is no mistake: it
is taken as it is shown, and the page warns beside it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

import msgspec

from booking_store.site_file import jalali, parse_jalali
from mqtt.office_contract import MEMBERS_MOST, HouseholdFields, PersonFields
from rules.digits import fold_digits
from rules.household import Household, Person, Relation
from screen.lettering import localised
from staff_console.acts import Form

Made = TypeVar("Made", bound=msgspec.Struct)

ROWS_AT_FIRST: Final = 3
_WORDS: Final = (
    "name",
    "father",
    "born",
    "number",
    "expires",
    "cycle",
    "exclusive",
    "unique",
    "certificate",
    "issued",
    "physician",
)
"""A row in which none of these stands, and that was nobody's, is a blank one."""
_DIGITS: Final = frozenset(
    {"code", "mobile", "postal_code", "born", "number", "expires", "cycle", "exclusive", "unique"} | {"certificate", "issued"}
)
_LONGEST_CYCLE: Final = 4


class MistypedError(Exception):
    """A field that cannot be read: its name in the form, and the key of the sentence that says why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field)
        self.field = field
        self.why = why


def household_of(form: Form) -> HouseholdFields:
    """The household that was typed; its members are the rows in which somebody stands who has not left. MistypedError."""
    if not form.get("code", "").strip():
        raise MistypedError("code", "office.form.no_code")
    about = {key: form.get(key, "").strip() for key in ("code", "county", "mobile", "address", "postal_code")}
    members = [_person(form, row) for row in rows_of(form) if form.get(f"gone-{row}") != "yes" and not _is_blank(form, row)]
    return converted(HouseholdFields, {**about, "vulnerable": form.get("vulnerable") == "yes", "members": members})


def rows_of(form: Form) -> range:
    """The places of a form's rows."""
    said = form.get("rows", "")
    return range(min(int(said), MEMBERS_MOST) if said.isdecimal() and len(said) < len("999") else 0)


def shown_fields(household: Household, language: str) -> dict[str, str]:
    """What the form's fields hold for a household that is known, with one row for somebody new. Codes and dates are in the
    digits of `language`; whatever is typed is read in any."""
    fields = {
        "code": household.code,
        "county": household.county,
        "vulnerable": "yes" if household.vulnerable else "",
        "mobile": household.mobile,
        "address": household.address,
        "postal_code": household.postal_code,
        "rows": str(len(household.members) + 1),
    }
    for row, person in enumerate(household.members):
        fields |= {f"{key}-{row}": value for key, value in _shown(person)}
    return {name: localised(value, language) if name.partition("-")[0] in _DIGITS else value for name, value in fields.items()}


def blank_fields(code: str) -> dict[str, str]:
    """The form's fields for a household that nobody has written down."""
    return {"code": code, "rows": str(ROWS_AT_FIRST), "relation-0": Relation.HEAD.value}


def one_row_more(form: Form) -> dict[str, str]:
    """The same form with a place for one more."""
    return {**form, "rows": str(min(len(rows_of(form)) + 1, MEMBERS_MOST))}


def date_of(form: Form, field: str) -> str | None:
    """An ISO date of what was typed; None where nothing was. Raises MistypedError."""
    written = form.get(field, "").strip()
    if not written:
        return None
    try:
        return parse_jalali(written.replace("-", "/").replace(".", "/")).isoformat()
    except ValueError as problem:
        raise MistypedError(field, "office.form.bad_date") from problem


def converted(kind: type[Made], wanted: Mapping[str, object]) -> Made:
    """One of the contract's own. Raises MistypedError: no keyboard types that, or it is longer than any form lets it be."""
    tag = kind.__struct_config__.tag
    try:
        return msgspec.convert({"type": tag, **wanted} if tag is not None else wanted, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise MistypedError("", "office.form.misfit") from problem


def _person(form: Form, row: int) -> PersonFields:
    said = {key: form.get(f"{key}-{row}", "").strip() for key in (*_WORDS, "sex", "relation", "nationality", "person")}
    for key, why in (("name", "office.form.no_name"), ("sex", "office.form.choose"), ("relation", "office.form.choose")):
        if not said[key]:
            raise MistypedError(f"{key}-{row}", why)
    about = {key: said[key] for key in ("name", "father", "sex", "relation", "nationality", "exclusive", "unique")}
    person: PersonFields = converted(
        PersonFields,
        {
            **about,
            "person": said["person"] or None,
            "born": date_of(form, f"born-{row}"),
            "document": _document(form, row, said["number"]),
            "certificate": _certificate(form, row, said),
        },
    )
    return person


def _document(form: Form, row: int, number: str) -> dict[str, object] | None:
    kind = form.get(f"document-{row}", "")
    expires, cycle = date_of(form, f"expires-{row}"), fold_digits(form.get(f"cycle-{row}", "").strip())
    if not kind and not (number or expires or cycle):
        return None
    if not kind:
        raise MistypedError(f"document-{row}", "office.form.choose")
    if not number:
        raise MistypedError(f"number-{row}", "office.form.no_number")
    if cycle and not (cycle.isascii() and cycle.isdecimal() and len(cycle) <= _LONGEST_CYCLE):
        raise MistypedError(f"cycle-{row}", "office.form.no_count")
    return {"type": kind, "number": number, "expires": expires, "cycle": int(cycle) if cycle else None}


def _certificate(form: Form, row: int, said: Mapping[str, str]) -> dict[str, object] | None:
    disease, issued = form.get(f"disease-{row}", ""), date_of(form, f"issued-{row}")
    if not disease and not (said["certificate"] or issued or said["physician"]):
        return None
    if not disease:
        raise MistypedError(f"disease-{row}", "office.form.choose")
    if issued is None:
        raise MistypedError(f"issued-{row}", "office.form.no_date")
    return {"disease": disease, "number": said["certificate"], "issued": issued, "physician": said["physician"]}


def _is_blank(form: Form, row: int) -> bool:
    return not any(form.get(f"{key}-{row}", "").strip() for key in ("person", *_WORDS))


def _shown(person: Person) -> Iterator[tuple[str, str]]:
    document, certificate = person.document, person.certificate
    yield "person", str(person.id or "")
    yield "name", person.name
    yield "father", person.father
    yield "relation", person.relation.value
    yield "sex", person.sex.value
    yield "nationality", person.nationality
    yield "born", _jalali(person.born)
    yield "document", document.type if document else ""
    yield "number", document.number if document else ""
    yield "expires", _jalali(document.expires) if document else ""
    yield "cycle", str(document.cycle) if document and document.cycle is not None else ""
    yield "exclusive", person.exclusive
    yield "unique", person.unique
    yield "disease", certificate.disease if certificate else ""
    yield "certificate", certificate.number if certificate else ""
    yield "issued", _jalali(certificate.issued) if certificate else ""
    yield "physician", certificate.physician if certificate else ""


def _jalali(day: date | None) -> str:
    return jalali(day) if day is not None else ""
