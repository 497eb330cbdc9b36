"""Kavenegar's web service. Failures come as `return.status` in a JSON body; our own id finds a text again for 12 hours.

The key is a part of each URL, so that no URL may be logged (`http_call.py` sees to it).
"""

from typing import Any, Final

import msgspec

from mqtt.contract import TextOutcome, TextToFollow, TextToSend
from phone_line.gateways.gateway import Gateway, Result, own_id
from phone_line.gateways.http_call import HttpCaller, NoAnswerError, NotSentError
from program.secret_file import read_secret

OK: Final = 200
ACCOUNT: Final = {
    401: "account closed",
    403: "wrong key",
    407: "no access from this address",
    412: "wrong sender",
    416: "no access from this address",
    418: "no credit",
    426: "not in this plan",
    501: "a trial account",
}
BUSY: Final = frozenset({402, 409, 429, 451})
UNDER_WAY: Final = frozenset({1, 2, 4, 5})
DELIVERED: Final = 10
NOT_DELIVERED: Final = {6: "failed", 11: "not delivered", 13: "cancelled", 14: "the patient has blocked advertising lines"}
UNHEARD_OF: Final = 100
NEVER_CAME: Final = Result(TextOutcome.TRY_AGAIN, error="it never came")


class KavenegarSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="kavenegar"):
    """`kind = "kavenegar"`."""

    secret_file: str  # the API key
    sender: str  # the line's number; a service line («خدماتی»), or who blocked advertising gets nothing
    name: str = "kavenegar"  # how commands and logs call it; no two gateways have one name
    every_seconds: float = 0.2  # at least so long between two texts
    url: str = "https://api.kavenegar.com"  # the service's own, or a stand-in for trials


class Kavenegar(Gateway):
    """One account at Kavenegar."""

    knows_our_ids = True

    def __init__(self, settings: KavenegarSettings) -> None:
        """Raises SettingsError when the key cannot be read."""
        self.name = settings.name
        self.every_seconds = settings.every_seconds
        secret = read_secret(settings.secret_file)
        self._sender = settings.sender
        self._root = f"{settings.url}/v1/{secret.words}/sms"
        self._http = HttpCaller(secret)

    def send(self, text: TextToSend) -> Result:
        """Send it under our own id, by which Kavenegar also keeps a repeated one from leaving twice."""
        form = {"receptor": text.to, "sender": self._sender, "message": text.body, "localid": str(own_id(text))}
        return self._call("send", form)

    def ask(self, text: TextToSend) -> Result:
        """What became of it, by our own id."""
        found = self._call("statuslocalmessageid", {"localid": str(own_id(text))})
        said_nothing = found.outcome in {TextOutcome.TRY_AGAIN, TextOutcome.REFUSED} and found != NEVER_CAME
        return Result(TextOutcome.UNKNOWN, error=found.error) if said_nothing else found

    def follow(self, text: TextToFollow) -> Result:
        """Its delivery, which Kavenegar tells for 48 hours."""
        found = self._call("status", {"messageid": text.gateway_id})
        known = found.outcome in {TextOutcome.DELIVERED, TextOutcome.UNDELIVERED}
        return found if known else Result(TextOutcome.ACCEPTED, text.gateway_id, found.error)

    def _call(self, method: str, form: dict[str, str]) -> Result:
        try:
            answer = self._http.call("POST", f"{self._root}/{method}.json", data=form)
        except NotSentError as problem:
            return Result(TextOutcome.TRY_AGAIN, error=str(problem))
        except NoAnswerError as problem:
            return Result(TextOutcome.UNKNOWN, error=str(problem))
        return _result_of(answer.json, answer.status)


class _Return(msgspec.Struct, frozen=True):
    status: int


class _Entry(msgspec.Struct, frozen=True):
    status: int
    messageid: int | str = ""


class _Body(msgspec.Struct, frozen=True, rename={"verdict": "return"}):
    verdict: _Return
    entries: list[_Entry] | None = None


def _result_of(body: Any, http_status: int) -> Result:
    """What a body says, read as Kavenegar's documents have it; UNKNOWN where it says something else."""
    try:
        read = msgspec.convert(body, _Body)
    except msgspec.ValidationError:
        return Result(TextOutcome.UNKNOWN, error=f"an answer that cannot be read (HTTP {http_status})")
    status = read.verdict.status
    if status == OK and read.entries:
        return _result_of_entry(read.entries[0])
    if status in ACCOUNT:
        return Result(TextOutcome.ACCOUNT, error=f"{ACCOUNT[status]} ({status})")
    if status in BUSY:
        return Result(TextOutcome.TRY_AGAIN, error=f"busy ({status})")
    outcome = TextOutcome.REFUSED if 400 <= status < 500 else TextOutcome.UNKNOWN
    return Result(outcome, error=f"status {status}")


def _result_of_entry(entry: _Entry) -> Result:
    gateway_id = str(entry.messageid)
    if entry.status in UNDER_WAY:
        return Result(TextOutcome.ACCEPTED, gateway_id)
    if entry.status == DELIVERED:
        return Result(TextOutcome.DELIVERED, gateway_id)
    if entry.status in NOT_DELIVERED:
        return Result(TextOutcome.UNDELIVERED, gateway_id, NOT_DELIVERED[entry.status])
    if entry.status == UNHEARD_OF:
        return NEVER_CAME
    return Result(TextOutcome.UNKNOWN, gateway_id, f"delivery status {entry.status}")
