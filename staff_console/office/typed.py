"""What an officer typed into a form, made a request of the contract; or which fields of it cannot be read. Pure.

Dates are typed as they stand on cards here, in the Jalali calendar, in any digits. What is odd about a code is no mistake: it
is taken as it is shown, and the page warns beside it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

import msgspec

from booking_store.site_file import jalali, parse_jalali
from mqtt.office_contract import MEMBERS_MOST, HouseholdFields
from rules.digits import fold_digits
from rules.household import Household, Person, Relation
from rules.mobile import normalise_mobile
from rules.spelling import trim
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
    """What cannot be read: fields by their names in the form, each with the key of the sentence that says why."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong

    @property
    def why(self) -> str:
        """Of a form that tells one sentence: the first."""
        return next(iter(self.wrong.values()))


def household_of(form: Form, *, asks: bool) -> HouseholdFields:
    """The household that was typed; its members are the rows in which somebody stands who has not left. `asks`: a request's
    matter is chosen with it. Raises MistypedError with everything that is wrong in the form."""
    reading = _Reading(form)
    if asks:
        reading.needed("matter", "office.form.choose")
    about: dict[str, object] = {"code": reading.needed("code", "office.form.no_code"), "mobile": reading.mobile("mobile")}
    about |= {key: reading.words(key) for key in ("county", "address", "postal_code")}
    about["vulnerable"] = form.get("vulnerable") == "yes"
    rows = (row for row in rows_of(form) if form.get(f"gone-{row}") != "yes" and not _is_blank(form, row))
    about["members"] = [_person(reading, row) for row in rows]
    if reading.wrong:
        raise MistypedError(reading.wrong)
    return converted(HouseholdFields, about)


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


def converted(kind: type[Made], wanted: Mapping[str, object]) -> Made:
    """One of the contract's own. Raises MistypedError: no keyboard types that, or it is longer than any form lets it be."""
    tag = kind.__struct_config__.tag
    try:
        return msgspec.convert({"type": tag, **wanted} if tag is not None else wanted, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise MistypedError({"": "office.form.misfit"}) from problem


class _Reading:
    """A form that is read to its end, whatever is wrong in it: `wrong` tells each field, in the order of the form."""

    def __init__(self, form: Form) -> None:
        self.wrong: dict[str, str] = {}
        self._form = form

    def words(self, field: str) -> str:
        return trim(self._form.get(field, ""))

    def needed(self, field: str, why: str) -> str:
        """Words without which nothing can be said."""
        said = self.words(field)
        if not said:
            self.wrong[field] = why
        return said

    def date(self, field: str) -> str | None:
        """An ISO date; None where nothing was typed."""
        written = self.words(field)
        try:
            return parse_jalali(written.replace("-", "/").replace(".", "/")).isoformat() if written else None
        except ValueError:
            self.wrong[field] = "office.form.bad_date"
            return None

    def count(self, field: str) -> int | None:
        """A cycle's number; None where nothing was typed."""
        written = fold_digits(self.words(field))
        if written and not (written.isascii() and written.isdecimal() and len(written) <= _LONGEST_CYCLE):
            self.wrong[field] = "office.form.no_count"
            return None
        return int(written) if written else None

    def mobile(self, field: str) -> str:
        """A number to which a text can be sent; empty where nothing was typed."""
        written = self.words(field)
        if written and normalise_mobile(written) is None:
            self.wrong[field] = "office.why.bad_mobile"
        return written


def _person(reading: _Reading, row: int) -> dict[str, object]:
    about: dict[str, object] = {key: reading.words(f"{key}-{row}") for key in ("father", "nationality", "exclusive", "unique")}
    about["name"] = reading.needed(f"name-{row}", "office.form.no_name")
    about["relation"] = reading.needed(f"relation-{row}", "office.form.choose")
    about["born"] = reading.date(f"born-{row}")
    about["sex"] = reading.needed(f"sex-{row}", "office.form.choose")
    about["document"] = _document(reading, row)
    about["certificate"] = _certificate(reading, row)
    return {**about, "person": reading.words(f"person-{row}") or None}


def _document(reading: _Reading, row: int) -> dict[str, object] | None:
    if not any(reading.words(f"{key}-{row}") for key in ("document", "number", "cycle", "expires")):
        return None
    return {
        "type": reading.needed(f"document-{row}", "office.form.choose"),
        "number": reading.needed(f"number-{row}", "office.form.no_number"),
        "cycle": reading.count(f"cycle-{row}"),
        "expires": reading.date(f"expires-{row}"),
    }


def _certificate(reading: _Reading, row: int) -> dict[str, object] | None:
    if not any(reading.words(f"{key}-{row}") for key in ("disease", "certificate", "issued", "physician")):
        return None
    return {
        "disease": reading.needed(f"disease-{row}", "office.form.choose"),
        "number": reading.words(f"certificate-{row}"),
        "issued": reading.date(f"issued-{row}") if reading.needed(f"issued-{row}", "office.form.no_date") else None,
        "physician": reading.words(f"physician-{row}"),
    }


def _is_blank(form: Form, row: int) -> bool:
    return not any(trim(form.get(f"{key}-{row}", "")) for key in ("person", *_WORDS))


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
