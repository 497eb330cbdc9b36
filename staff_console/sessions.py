"""Who is signed in, and who has tried too often: sessions that end, and a lock after wrong passwords. Pure but for its dicts.

A session is a random token in the browser's cookie, and what belongs to it stays here, so that signing out ends it for good
and a restart of the console ends them all. Every form carries the session's second token, which another site's page cannot
know.
"""

import hmac
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Final

IDLE_SECONDS: Final = 45 * 60.0
LONGEST_SECONDS: Final = 12 * 3600.0
WALL_SECONDS: Final = 24 * 3600.0
"""A wall's session, which opens no other page and is used by nobody: a clinic day and the morning before it."""
TRIES: Final = 5
TRIES_WITHIN_SECONDS: Final = 10 * 60.0
LOCK_SECONDS: Final = 5 * 60.0
NAMES_REMEMBERED: Final = 1000
"""Of those who tried in vain: whoever invents names fills no memory."""


@dataclass(slots=True)
class Session:
    """One browser's. Times are monotonic seconds."""

    account: str
    began_at: float
    used_at: float
    password_hash: str = field(repr=False)  # the account has another one: the session is over
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    wall: bool = False  # it is good for the manager's wall alone
    said: str = ""  # what the last act came to, for the next page of a browser without scripts

    def over(self, now: float) -> bool:
        if self.wall:
            return now - self.began_at >= WALL_SECONDS
        return now - self.used_at >= IDLE_SECONDS or now - self.began_at >= LONGEST_SECONDS

    def take_said(self) -> str:
        """What there is to say, once."""
        said, self.said = self.said, ""
        return said

    def wrote(self, form_token: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode())


class Sessions:
    """All that are open."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def begin(self, account: str, password_hash: str, now: float) -> str:
        """The token of a new session."""
        self._open = {token: session for token, session in self._open.items() if not session.over(now)}
        token = secrets.token_urlsafe(32)
        self._open[token] = Session(account, now, now, password_hash)
        return token

    def use(self, token: str, now: float) -> Session | None:
        """The session of a token, used now; None where there is none, or it is over."""
        session = self._open.get(token)
        if session is None or session.over(now):
            self._open.pop(token, None)
            return None
        session.used_at = now
        return session

    def look(self, token: str, now: float) -> Session | None:
        """The same, for a page that watches by itself: nobody is there who uses it."""
        session = self._open.get(token)
        return None if session is None or session.over(now) else session

    def end(self, token: str) -> None:
        """Sign out."""
        self._open.pop(token, None)


class Tries:
    """Wrong passwords, by account name: after TRIES of them nobody signs in with it for a while, the right one neither.

    Whoever locks out a colleague on purpose does so for LOCK_SECONDS, at the counters nobody notices.
    """

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def locked_for(self, name: str, now: float) -> float:
        """Seconds until it may be tried again; 0: now."""
        tried = self._wrong.get(name)
        if tried is None or len(tried) < TRIES or tried[-1] - tried[0] >= TRIES_WITHIN_SECONDS:
            return 0.0
        return max(0.0, tried[-1] + LOCK_SECONDS - now)

    def wrong(self, name: str, now: float) -> None:
        """Somebody tried in vain."""
        tried = self._wrong.pop(name, None) or deque(maxlen=TRIES)
        tried.append(now)
        self._wrong[name] = tried
        while len(self._wrong) > NAMES_REMEMBERED:
            del self._wrong[next(iter(self._wrong))]

    def right(self, name: str) -> None:
        """Somebody signed in."""
        self._wrong.pop(name, None)
