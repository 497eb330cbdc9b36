"""Any other HTTP gateway, described in the settings: its URL, method, fields, and what its answer reads when it took a text.

    [[gateways]]                                  # kannel, on this machine
    kind = "http"
    name = "kannel"
    url = "http://127.0.0.1:13013/cgi-bin/sendsms"
    method = "GET"
    send_as = "query"
    fields = { username = "nobat", password = "{secret}", to = "{to_98}", text = "{body}", coding = "2", charset = "UTF-8" }
    accepted = "^[03]: "
    secret_file = "/run/credentials/nobat-phone-line.service/kannel"

In fields and headers {to} stands for 09121234567, {to_98} for 989121234567, {body} for the words, {id} for the ledger's
number of the text, {secret} for the secret.
"""

import re
from typing import Any, Final, Literal

import msgspec

from mqtt.contract import TextOutcome, TextToSend
from phone_line.gateways.gateway import Gateway, Result
from phone_line.gateways.http_call import HttpAnswer, HttpCaller, NoAnswerError, NotSentError
from program.secret_file import Secret, read_secret
from program.settings import SettingsError

HTTP_ACCOUNT: Final = frozenset({301, 302, 307, 308, 401, 402, 403, 404, 405, 407, 410})
"""The key, the credit or the address is wrong: no fault of the text, which waits for a technician."""
HTTP_BUSY: Final = frozenset({408, 429, 503})
PLACE: Final = re.compile(r"\{(\w+)\}")
PLACES: Final = frozenset({"to", "to_98", "body", "id", "secret"})
HTTPX_NAME: Final = {"query": "params", "form": "data", "json": "json"}


class GenericSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="http"):
    """`kind = "http"`."""

    url: str  # where each text is sent
    fields: dict[str, Any]  # what is sent, by its name; {to}, {to_98}, {body}, {id}, {secret} are filled in
    accepted: str  # a regular expression that is found in the answer's body when the text was taken
    name: str = "http"  # how commands and logs call it; no two gateways have one name
    method: Literal["GET", "POST"] = "POST"  # how it is sent
    send_as: Literal["query", "form", "json"] = "form"  # where the fields stand
    headers: dict[str, str] = {}  # sent with it
    secret_file: str = ""  # a file with the key, for {secret}
    account: str | None = None  # as `accepted`: key or credit
    refused: str | None = None  # as `accepted`: the text or the number is not taken, for good
    every_seconds: float = 0.5  # at least so long between two texts


class Generic(Gateway):
    """One HTTP gateway as the settings describe it."""

    def __init__(self, settings: GenericSettings) -> None:
        """Raises SettingsError: a pattern that is none, a place that is not known, a secret that cannot be read."""
        self.name = settings.name
        self.every_seconds = settings.every_seconds
        self._settings = settings
        self._secret = read_secret(settings.secret_file) if settings.secret_file else Secret()
        self._http = HttpCaller(self._secret)
        patterns = (settings.account, settings.refused, settings.accepted)
        outcomes = (TextOutcome.ACCOUNT, TextOutcome.REFUSED, TextOutcome.ACCEPTED)
        try:
            self._meanings = tuple(
                (re.compile(pattern), outcome) for pattern, outcome in zip(patterns, outcomes, strict=True) if pattern
            )
        except re.error as problem:
            raise SettingsError(f"gateway {self.name}: not a regular expression: {problem}") from problem
        unknown = set(PLACE.findall(f"{settings.fields} {settings.headers}")) - PLACES
        if unknown:
            raise SettingsError(f"gateway {self.name}: nothing is known to fill {{{min(unknown)}}}; known: {sorted(PLACES)}")

    def send(self, text: TextToSend) -> Result:
        """Send it as the settings say."""
        facts = {
            "to": text.to,
            "to_98": "98" + text.to[1:],
            "body": text.body,
            "id": str(text.id),
            "secret": self._secret.words,
        }
        content = {HTTPX_NAME[self._settings.send_as]: filled(self._settings.fields, facts)}
        headers = filled(self._settings.headers, facts)
        try:
            answer = self._http.call(self._settings.method, self._settings.url, headers=headers, **content)
        except NotSentError as problem:
            return Result(TextOutcome.TRY_AGAIN, error=str(problem))
        except NoAnswerError as problem:
            return Result(TextOutcome.UNKNOWN, error=str(problem))
        return self._result_of(answer)

    def _result_of(self, answer: HttpAnswer) -> Result:
        """By the body's words first, then by HTTP's own meaning; UNKNOWN where neither says anything."""
        said = f"HTTP {answer.status}"
        body = answer.body.decode(errors="replace")
        for pattern, outcome in self._meanings:
            if pattern.search(body) and (outcome is not TextOutcome.ACCEPTED or answer.status < 300):
                return Result(outcome, error="" if outcome is TextOutcome.ACCEPTED else said)
        if answer.status in HTTP_ACCOUNT:
            return Result(TextOutcome.ACCOUNT, error=said)
        if answer.status in HTTP_BUSY:
            return Result(TextOutcome.TRY_AGAIN, error=said)
        return Result(TextOutcome.REFUSED if 400 <= answer.status < 500 else TextOutcome.UNKNOWN, error=said)


def filled(template: Any, facts: dict[str, str]) -> Any:
    """`template` with each {place} filled, in every string of it. A fact's own braces stay what they are."""
    match template:
        case str():
            return PLACE.sub(lambda place: facts[place[1]], template)
        case dict():
            return {key: filled(value, facts) for key, value in template.items()}
        case list():
            return [filled(value, facts) for value in template]
        case _:
            return template
