"""What counters and rooms ask: a press at a point, and what it wants."""

from mqtt.fields import Count, Id, Struct, Text


class CallNext(Struct, frozen=True, tag="call_next"):
    """Finish the current ticket (at reception: the turn is final) and call the next."""


class Recall(Struct, frozen=True, tag="recall"):
    """Call the current ticket again."""


class NoShow(Struct, frozen=True, tag="no_show"):
    """The current ticket's holder did not come: listed as «غایب»."""


class SendAway(Struct, frozen=True, tag="send_away"):
    """The current ticket's holder fetches something and comes back: same number, again within two calls."""


class CallNumber(Struct, frozen=True, tag="call_number"):
    """Finish the current ticket and call this number out of order."""

    number: Count


class Finish(Struct, frozen=True, tag="finish"):
    """Finish the current ticket and call nobody."""


class Transfer(Struct, frozen=True, tag="transfer"):
    """Send the current ticket to another point, department, doctor or stage (exactly one of point, department, stage
    is given; doctor goes with department). With `come_back` it returns to this point's stage afterwards (cashier and back)."""

    point: Id | None = None
    department: Count | None = None
    doctor: Count | None = None
    stage: Id | None = None
    come_back: bool = False


class Park(Struct, frozen=True, tag="park"):
    """Put the current ticket aside («در انتظار بازگشت») until it is unparked."""

    why: Text = ""


class NotServed(Struct, frozen=True, tag="not_served"):
    """End the current ticket's journey without service, for a reason."""

    why: Text


class Pause(Struct, frozen=True, tag="pause"):
    """This point calls nobody for a while."""

    why: Text  # a pause reason of the site file: "prayer", "break", …
    until: Text | None = None  # "HH:MM"


class Resume(Struct, frozen=True, tag="resume"):
    """Open the point (again)."""


class ClosePoint(Struct, frozen=True, tag="close_point"):
    """This point is closed for today."""


class Undo(Struct, frozen=True, tag="undo"):
    """Take back this point's last act, within UNDO_SECONDS by the store's clock (PROTOCOL rule 10)."""


Act = (
    CallNext
    | Recall
    | NoShow
    | SendAway
    | CallNumber
    | Finish
    | Transfer
    | Park
    | NotServed
    | Pause
    | Resume
    | ClosePoint
    | Undo
)


class Press(Struct, frozen=True, tag="press"):
    """One act at one point, carrying the revision the presser saw (PROTOCOL rule 8). Answer: Pressed."""

    point: Id
    epoch: Id
    revision: Count
    act: Act
