"""Plays a morning with the store of whatever release it is started in, and records its ledger and every message.

    cd OLD_SOURCE && python …/tests/upgrade/recording.py FOLDER

`tests/upgrade/record.py` starts it in the source of older commits. It is written for the oldest of them: what a release does
not know yet it refuses, and the morning goes on.
"""

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path.cwd()))

from booking_store.ledger import Ledger
from mqtt import codec, contract
from tests.mqtt.examples import examples
from tests.store.clinic import Clinic, moment_ms

PATIENT = "09121234567"
TUESDAY = "2026-11-24"
KIOSK = "kiosk-1"
CODE, DAY, LAST, NUMBER = "{code}", "{day}", "{request}", "{number}"
"""The last booking's code; the open day; the request and the number of the last ticket."""
MORNING: list[tuple[str, str, dict[str, Any]]] = [
    # clock, who asks, what
    ("07:00", "operator", {"type": "book", "department": 12, "doctor": 3, "mobile": PATIENT}),
    ("07:01", "operator", {"type": "book", "department": 11, "doctor": 1, "mobile": PATIENT, "date": TUESDAY}),
    ("07:02", "operator", {"type": "book", "department": 21, "mobile": "09120000000"}),
    ("07:03", "operator", {"type": "cancel_booking", "code": CODE, "why": "asked for it"}),
    ("07:04", "operator", {"type": "book", "department": 11, "doctor": 0, "mobile": PATIENT}),
    ("07:50", KIOSK, {"type": "check_in", "code": CODE, "service_day": DAY}),
    ("07:50", KIOSK, {"type": "settle", "request": LAST, "service_day": DAY, "outcome": "printed", "number": NUMBER}),
    ("07:51", KIOSK, {"type": "check_in", "code": CODE, "service_day": DAY}),
    ("07:52", KIOSK, {"type": "check_in", "code": "000000", "service_day": DAY}),
    ("07:53", KIOSK, {"type": "walk_in", "department": 21, "service_day": DAY}),
    ("07:53", KIOSK, {"type": "settle", "request": LAST, "service_day": DAY, "outcome": "unknown", "number": NUMBER}),
    ("07:54", "kiosk-2", {"type": "walk_in", "department": 11, "doctor": 1, "service_day": DAY}),
    ("07:54", "kiosk-2", {"type": "settle", "request": LAST, "service_day": DAY, "outcome": "not_printed"}),
    ("07:55", "kiosk-2", {"type": "walk_in", "department": 12, "service_day": DAY}),
    ("07:55", "kiosk-2", {"type": "settle", "request": LAST, "service_day": DAY, "outcome": "shown", "number": NUMBER}),
    ("07:56", "kiosk-2", {"type": "ask_priority", "number": NUMBER, "service_day": DAY, "priority": "elderly"}),
    ("07:57", KIOSK, {"type": "help_ticket", "service_day": DAY, "about": "no_such_code"}),
    ("07:57", KIOSK, {"type": "settle", "request": LAST, "service_day": DAY, "outcome": "printed", "number": NUMBER}),
    ("08:10", "counter-1", {"type": "call_next"}),
    ("08:11", "counter-1", {"type": "recall"}),
    ("08:12", "counter-2", {"type": "call_next"}),
    ("08:13", "counter-2", {"type": "no_show"}),
    ("08:13", "counter-2", {"type": "undo"}),
    ("08:14", "counter-2", {"type": "pause", "why": "prayer"}),
    ("08:15", "counter-1", {"type": "call_next"}),
    ("08:16", "counter-2", {"type": "resume"}),
    ("08:20", "operator", {"type": "late", "doctor": 3, "until": "09:30"}),
    ("08:30", "phone-1", {"type": "hold_place", "call": "call-1", "department": 11, "mobile": PATIENT}),
    ("08:31", "phone-1", {"type": "confirm_hold", "call": "call-1", "mobile": PATIENT}),
    ("08:32", "phone-1", {"type": "hold_place", "call": "call-2", "department": 12, "doctor": 4}),
    ("08:40", "operator", {"type": "announce_absence", "date": TUESDAY, "doctor": 1, "agreed_with": "Dr A", "preview": False}),
    ("08:41", "phone-1", {"type": "take_texts"}),
    ("08:42", "counter-1", {"type": "call_next"}),
]  # fmt: skip


def _with_telephone(clinic: Clinic, folder: Path) -> None:
    """Where the release knows one."""
    try:
        from tests.store.callers import with_telephone  # noqa: PLC0415  the oldest have none
    except ImportError:
        return
    with_telephone(clinic, folder)


def play(url: str, folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the devices said, and what the store did, as topic and message."""
    clinic = Clinic(lambda: Ledger.open(url, moment_ms("06:00")))
    _with_telephone(clinic, folder)
    asked: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"day": clinic.day, "code": "", "number": 0, "request": ""}
    for count, (clock, device, operation) in enumerate(MORNING):
        clinic.at(clock)
        wanted = {name: _known(value, facts) for name, value in operation.items()}
        if device.startswith("counter"):
            wanted = _press(clinic, device, wanted)
        try:
            request = msgspec.convert(
                {"id": f"recorded-{count:04}", "operation": wanted, "boot": "boot-1"}, contract.Request, strict=True
            )
        except msgspec.ValidationError:
            continue  # this release does not know it yet
        asked.append({"topic": f"request/{device}", "message": json.loads(codec.encode(request))})
        reply = clinic.reply(device, request.operation, request.id)
        said = json.loads(codec.encode(reply))
        told.append({"topic": f"reply/{device}", "message": said})
        answer = said["answer"]
        facts["code"] = answer.get("code", facts["code"])
        if answer["type"] == "ticket":
            facts |= {"number": answer["number"], "request": request.id}
        for (topic, key), message in sorted(clinic.published.items()):
            told.append({"topic": f"{topic}/{key}" if key else topic, "message": json.loads(codec.encode(message))})
        clinic.published.clear()
    clinic.ledger.close()
    return asked, told


def _known(value: Any, facts: dict[str, Any]) -> Any:
    return facts[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value


def _press(clinic: Clinic, point: str, act: dict[str, Any]) -> dict[str, Any]:
    row = clinic.one("SELECT revision FROM points WHERE id = :point", point=point)
    return {"type": "press", "point": point, "epoch": clinic.store.epoch, "revision": row.revision, "act": act}


def main(folder: Path) -> None:
    """The ledger as SQL, and the messages a line each: those of this morning, and one of every kind that a device can say."""
    path = folder / "ledger.sqlite"
    asked, told = play(f"sqlite:///{path}", folder)
    with sqlite3.connect(path) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        (folder / f"ledger-{revision}.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
    every = [{"topic": topic, "message": message} for topic, message in examples() if topic in {"request", "device"}]
    for name, messages in (("asked", asked), ("told", told), ("every", every)):
        lines = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in messages)
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
