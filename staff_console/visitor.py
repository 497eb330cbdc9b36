"""Who looks at a page, and what they may do there."""

from dataclasses import dataclass

from screen.phrases import Phrases
from staff_console.accounts import Account
from staff_console.rights import Right, may
from staff_console.sessions import Session


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is signed in."""

    account: Account
    session: Session
    say: Phrases

    def may(self, right: Right) -> bool:
        return may(self.account.role, right)
