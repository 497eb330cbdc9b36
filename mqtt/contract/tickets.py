"""What kiosks ask: tickets, and what became of their papers."""

from mqtt.contract.words import Reason, SettleOutcome
from mqtt.fields import Count, Id, Moment, Struct, Text


class CheckIn(Struct, frozen=True, tag="check_in"):
    """A tracking code was typed. Answer: TicketGiven (`again` when the code already has its ticket)."""

    code: Text
    service_day: Count


class TakeWalkIn(Struct, frozen=True, tag="walk_in"):
    """A ticket without a booking. Doctor None or 0 is the first free one. Answer: TicketGiven."""

    department: Count
    service_day: Count
    doctor: Count | None = None
    priority: Id | None = None  # a priority class asked for; reception confirms it
    why: Text = ""  # reception's reason, for the audit trail
    matter: Id | None = None  # what a household comes to an insurance office for
    code: Text = ""  # its code or a member's, as typed: looked up and kept nowhere, neither in an answer nor on a kiosk's disk


class TakeHelpTicket(Struct, frozen=True, tag="help_ticket"):
    """A ticket to reception for somebody whose code was refused for `about`. Answer: TicketGiven."""

    service_day: Count
    about: Reason


class AskPriority(Struct, frozen=True, tag="ask_priority"):
    """The holder of a fresh ticket asks for priority. Answer: Changed."""

    number: Count
    service_day: Count
    priority: Id


class Settle(Struct, frozen=True, tag="settle"):
    """What the paper of ticket request `request` says (PROTOCOL rules 2 to 6). Never refused. Answer: Settled.

    A kiosk that went on alone says besides what only it knows: what was `asked` for, and when the number was given, where
    its time could be trusted. The service day is named by its `date` too: a paper of tomorrow's sheet has no `service_day`
    yet (0), and an older ledger that was put back may give its number to another day.
    """

    request: Id
    service_day: Count
    outcome: SettleOutcome
    number: Count | None = None
    asked: CheckIn | TakeWalkIn | TakeHelpTicket | None = None
    given_at_ms: Moment | None = None
    date: Text | None = None  # ISO


class TellSeen(Struct, frozen=True, tag="tell_seen"):
    """The request's `seen` is what this kiosk saw of the store before; asked in each `epoch` of the store, and after each start
    of the kiosk: one that comes late, of an earlier epoch, tells nothing. `fresh`: its disk knows nothing (a new card), and it
    gives no number of its own before it has the answer. Answer: Welcome."""

    epoch: Id
    fresh: bool = False


class DaySettled(Struct, frozen=True, tag="day_settled"):
    """None of this kiosk's settles is unanswered in this epoch, and nothing is printing. Answer: Changed."""

    epoch: Id
