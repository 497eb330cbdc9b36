"""The page as a web application: a code in, one word out; a service office's own PIN, and the letter is used.

No cookie, no script, nothing from elsewhere, nothing that is kept of whoever looks. A code that no letter has is told like a
void one, and each look takes as long.
"""

import asyncio
import hashlib
import logging
import secrets
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from booking_store.database import LedgerError
from booking_store.letter_report import LetterLook, LetterReader
from mqtt.contract import Answer, Operation
from mqtt.office_contract import LetterStands, OfficeRefusal, UseLetter, Why
from program.allowance import Allowance, one_house
from rules.digits import fold_digits
from rules.letters import Standing, clean_letter_code, in_groups
from rules.spelling import plain_code
from screen import phrases
from screen.lettering import localised
from screen.phrases import Phrases

log = logging.getLogger(__name__)

LANGUAGES: Final = ("fa", "en")
ASKED_A_MINUTE: Final = 30.0
"""Of one address: enough for a service office at its busiest."""
WRONG_A_MINUTE: Final = 5.0
WRONG_BY_ALL_A_MINUTE: Final = 60.0
"""Beyond that many strangers guess together: then whoever was wrong once waits for a minute, and who was not is served."""
WRONG_IN_A_CROWD: Final = 1.0
LOOK_SECONDS: Final = 0.5
"""Each look at a code takes so long, whatever is found."""
FORM_BYTES_MOST: Final = 2000
TYPED_MOST: Final = 64
ONCE: Final = 32
"""Letters of the name under which one showing of the form is sent once, however often its button is pressed."""

_HERE: Final = Path(__file__).parent
_STYLE: Final = (_HERE / "page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "content-security-policy": (
        # Browsers that know no hashes take the second word, those that do pass over it.
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}' 'unsafe-inline'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""Nothing from elsewhere, no script at all, in nobody's frame, and no address with a code in it told to anybody."""
NOT_THEIRS: Final = frozenset({Why.UNKNOWN_LETTER, Why.OTHER_OFFICE, Why.WRONG_PIN})
"""Told in one sentence: to whom a letter is addressed is nobody's to try out."""
TOLD: Final = frozenset({Why.ALREADY_USED, Why.LETTER_EXPIRED, Why.LETTER_VOID, Why.NOT_HANDED_OVER, Why.PIN_LOCKED})


class AskStore(Protocol):
    """How the store is asked; it waits for the answer, and None means that there is none."""

    def __call__(self, operation: Operation, *, request: str) -> Answer | None: ...


class LetterPage:
    """What the one address answers."""

    def __init__(
        self,
        reader: LetterReader,
        ask: AskStore,
        language: str,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`monotonic` and `pause` are in seconds."""
        self._reader, self._ask, self._language = reader, ask, language
        self._monotonic, self._pause = monotonic, pause
        self._asked, self._wrong = Allowance(ASKED_A_MINUTE), Allowance(WRONG_A_MINUTE)
        self._wrong_by_all, self._wrong_in_crowd = Allowance(WRONG_BY_ALL_A_MINUTE), Allowance(WRONG_IN_A_CROWD)
        self._run = secrets.token_bytes(32)
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def letter(self, request: Request) -> Response:
        """A code that was scanned or typed, and the word for it; without one, the field to type it into."""
        say = self._say(request)
        if not self._asked.take(_asker(request), self._monotonic()):
            return self._page(say, "busy", status=429)
        typed = request.query_params.get("code") or request.path_params.get("written", "")
        code = clean_letter_code(typed[:TYPED_MOST])
        if code is None:
            return self._page(say, "door", status=404 if typed else 200, mistyped=bool(typed))
        if not self._may_look(_asker(request)):
            return self._page(say, "busy", status=429)
        try:
            look = await self._look(code)
        except LedgerError as problem:
            log.warning("%s", problem)
            return self._page(say, "away", status=503)
        if request.method == "POST":
            return await self._use(request, say, code, look)
        if not look.found:
            self._was_wrong(_asker(request))
        return self._standing(say, code, look, look.standing)

    async def _look(self, code: str) -> LetterLook:
        """A look at a code, which takes as long for every one. Raises LedgerError."""
        began = self._monotonic()
        look = await run_in_threadpool(self._reader.look, code)
        await self._pause(max(0.0, began + LOOK_SECONDS - self._monotonic()))
        return look

    async def _use(self, request: Request, say: Phrases, code: str, look: LetterLook) -> Response:
        """A service office marks the letter as used; what is refused is told without saying whose letter it is."""
        fields = await _form(request)
        if fields is None:
            return self._page(say, "door", status=413, mistyped=True)
        office, pin = fields.get("office", "")[:TYPED_MOST], fold_digits(fields.get("pin", ""))[:TYPED_MOST]
        known = next((one for one in look.service_offices if plain_code(one) == plain_code(office)), None)
        wanted = UseLetter(code=code, service_office=known or "-", pin=pin)
        asked = self._request_id(fields.get("once", ""), wanted)
        answer = await run_in_threadpool(self._ask, wanted, request=asked)
        match answer:
            case LetterStands():
                return self._standing(say, code, look, Standing.USED, told=say("office.public.marked"))
            case OfficeRefusal(why=(why,)) if why in NOT_THEIRS:
                self._was_wrong(_asker(request))
                return self._standing(say, code, look, look.standing, told=say("office.public.not_theirs"), status=403)
            case OfficeRefusal(why=(why,)) if why in TOLD:
                return self._standing(say, code, look, look.standing, told=say(f"office.why.{why.value}"), status=409)
        log.warning("a letter could not be marked: %s", "the store is away" if answer is None else answer)
        return self._page(say, "away", status=503)

    def _request_id(self, once: str, wanted: UseLetter) -> str:
        """The request of one showing of the form: pressed twice it happens once, typed anew it is another. Nobody can try PINs
        against it, for its key ends with this run."""
        said = "\n".join((once[:ONCE], wanted.code, wanted.service_office, wanted.pin))
        return hashlib.blake2b(said.encode(), key=self._run, digest_size=16).hexdigest()

    def _may_look(self, asker: str) -> bool:
        now = self._monotonic()
        crowded = not self._wrong_by_all.has("", now)
        return self._wrong.has(asker, now) and (not crowded or self._wrong_in_crowd.has(asker, now))

    def _was_wrong(self, asker: str) -> None:
        now = self._monotonic()
        for allowance, whose in ((self._wrong, asker), (self._wrong_in_crowd, asker), (self._wrong_by_all, "")):
            allowance.take(whose, now)

    def _say(self, request: Request) -> Phrases:
        wanted = request.query_params.get("lang", "")
        return phrases.load(wanted if wanted in LANGUAGES else self._language)

    def _standing(
        self, say: Phrases, code: str, look: LetterLook, standing: Standing, *, told: str = "", status: int = 200
    ) -> HTMLResponse:
        facts = {
            "name": look.name_in(say.language),
            "standing": standing.value,
            "code": code,
            "groups": localised(in_groups(code), say.language),
            "told": told,
            "once": secrets.token_hex(ONCE // 2),
        }
        return self._page(say, "letter", status=status, **facts)

    def _page(self, say: Phrases, what: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        about = {"code": "", "style": Markup(_STYLE)} | facts  # noqa: S704  our own file
        words = self._templates.get_template(f"{what}.html").render(say=say, language=say.language, **about)
        return HTMLResponse(words, status_code=status, headers=HEADERS)


def application(page: LetterPage) -> Starlette:
    """The application of one site."""
    methods = ["GET", "POST"]
    return Starlette(routes=[Route("/", page.letter, methods=methods), Route("/{written}", page.letter, methods=methods)])


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None: it is larger than ours can be, or does not say how large it is."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > FORM_BYTES_MOST:
        return None
    sent = (await request.body()).decode("ascii", errors="replace")
    return {name: said[-1] for name, said in parse_qs(sent, max_num_fields=10, errors="replace").items()}


def _asker(request: Request) -> str:
    return one_house(request.client.host) if request.client is not None else ""
