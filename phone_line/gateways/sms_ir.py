"""sms.ir's web service. It has no id of ours: a text whose sending had no answer can only be sent once more."""

from typing import Any, Final

import msgspec

from mqtt.contract import TextOutcome, TextToFollow, TextToSend
from phone_line.gateways.gateway import Gateway, Result
from phone_line.gateways.http_call import HttpAnswer, HttpCaller, NoAnswerError, NotSentError
from program.secret_file import read_secret

OK: Final = 1
ACCOUNT: Final = {10: "wrong key", 11: "key switched off", 12: "no access from this address", 13: "account switched off",
                  14: "account suspended", 15: "not in this plan", 101: "wrong line number", 102: "no credit",
                  123: "the line is not active yet"}  # fmt: skip
BUSY: Final = 20
REFUSED: Final = frozenset({16, 103, 104, 105, 106, 107, 108, 115, 117, 118, 124})
HTTP_ACCOUNT: Final = frozenset({401, 403})
HTTP_BUSY: Final = frozenset({429, 503})
DELIVERED: Final = 1
NOT_DELIVERED: Final = {2: "not delivered", 4: "not taken by the operator", 6: "failed", 7: "on the operator's blacklist"}


class SmsIrSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sms.ir"):
    """`kind = "sms.ir"`."""

    secret_file: str  # the API key
    line: int  # the line's number
    name: str = "sms.ir"  # how commands and logs call it; no two gateways have one name
    every_seconds: float = 0.2  # at least so long between two texts
    url: str = "https://api.sms.ir"  # the service's own, or a stand-in for trials


class _Reply(msgspec.Struct, frozen=True):
    status: int
    data: Any = None


class _Sent(msgspec.Struct, frozen=True, rename="camel"):
    message_ids: list[int]


class _Report(msgspec.Struct, frozen=True, rename="camel"):
    delivery_state: int | None = None


class SmsIr(Gateway):
    """One account at sms.ir."""

    def __init__(self, settings: SmsIrSettings) -> None:
        """Raises SettingsError when the key cannot be read."""
        self.name = settings.name
        self.every_seconds = settings.every_seconds
        secret = read_secret(settings.secret_file)
        self._line = settings.line
        self._root = f"{settings.url}/v1/send"
        self._headers = {"X-API-KEY": secret.words, "Accept": "application/json"}
        self._http = HttpCaller(secret)

    def send(self, text: TextToSend) -> Result:
        """Send it to its one mobile."""
        words = {"lineNumber": self._line, "messageText": text.body, "mobiles": [text.to]}
        try:
            answer = self._http.call("POST", f"{self._root}/bulk", headers=self._headers, json=words)
        except NotSentError as problem:
            return Result(TextOutcome.TRY_AGAIN, error=str(problem))
        except NoAnswerError as problem:
            return Result(TextOutcome.UNKNOWN, error=str(problem))
        return _result_of(answer)

    def follow(self, text: TextToFollow) -> Result:
        """Its delivery."""
        still = Result(TextOutcome.ACCEPTED, text.gateway_id)
        try:
            answer = self._http.call("GET", f"{self._root}/{int(text.gateway_id)}", headers=self._headers)
            state = msgspec.convert(msgspec.convert(answer.json, _Reply).data, _Report).delivery_state
        except (NotSentError, NoAnswerError, msgspec.ValidationError, ValueError):
            return still
        if state == DELIVERED:
            return Result(TextOutcome.DELIVERED, text.gateway_id)
        return Result(TextOutcome.UNDELIVERED, text.gateway_id, NOT_DELIVERED[state]) if state in NOT_DELIVERED else still


def _result_of(answer: HttpAnswer) -> Result:
    """What an answer to a sending says; UNKNOWN where it says something that the documents do not have."""
    try:
        reply = msgspec.convert(answer.json, _Reply)
    except msgspec.ValidationError:
        reply = _Reply(status=-1)
    said = f"HTTP {answer.status}, status {reply.status}" if reply.status >= 0 else f"HTTP {answer.status}, not readable"
    if answer.status == 200 and reply.status == OK:
        return Result(TextOutcome.ACCEPTED, _message_id(reply))
    if reply.status in ACCOUNT:
        return Result(TextOutcome.ACCOUNT, error=f"{ACCOUNT[reply.status]} ({reply.status})")
    if answer.status in HTTP_ACCOUNT:
        return Result(TextOutcome.ACCOUNT, error=f"wrong key ({said})")
    if reply.status == BUSY or answer.status in HTTP_BUSY:
        return Result(TextOutcome.TRY_AGAIN, error=f"busy ({said})")
    return Result(TextOutcome.REFUSED if reply.status in REFUSED else TextOutcome.UNKNOWN, error=said)


def _message_id(reply: _Reply) -> str:
    try:
        ids = msgspec.convert(reply.data, _Sent).message_ids
    except msgspec.ValidationError:
        return ""
    return str(ids[0]) if ids else ""
