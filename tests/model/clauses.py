"""The clauses of the protocol that can be left out of the model, each by its rule and in a few words (docs/protocol.md)."""

from enum import StrEnum


class Clause(StrEnum):
    """Leave one out, and some story breaks a law."""

    # Tickets
    JOURNAL_BEFORE_ASKING = "1 a request is on the kiosk's disk before it is sent"
    JOURNAL_BEFORE_PRINTING = "1 the number is on the kiosk's disk before the printer moves"
    SETTLE_ASKED_AGAIN = "2 a settle is asked until it is answered"
    UNKNOWN_COUNTS_AS_PRINTED = "2 what was being printed in a power cut counts as printed"
    ASKED_IS_NOT_PRINTED = "2 what was being asked in a power cut is settled as not printed"
    STANDS_WHILE_HELD = "3 a ticket stands while any request holds its number"
    NEVER_GIVEN_AGAIN = "3 the number of a void ticket is not given again"
    TAKES_ITS_PLACE = "4 the number on the paper takes the place of the one that was given"
    BOTH_STAND = "4 unless another request holds that one: then both stand"
    HEAD_OF_THE_STAGE = "4 whoever takes the place of somebody called waits at the head"
    POINT_CLEARED = "4 a point that shows the replaced number is cleared"
    SETTLE_JOINS = "4 a number that stands already is joined"
    AFTER_ITS_SETTLE = "5 a request first seen after its settle does nothing"
    NEVER_REFUSED = "5 a settle is not refused, though its day has ended"
    SAYS_WHAT_FOR = "5 a paper that was given alone says what it was asked for"
    SECOND_WALKS_IN = "5 a paper given alone for a code that has its ticket already is a walk-in, and marked"
    SETTLE_RAISES_RANGE = "6 a settled number raises the next one of its range"
    SHEET_TELLS_HIGHEST = "6 the sheet carries the highest number of the kiosk's own range"
    CALLED_ONCE_SETTLED = "7 a ticket is called once it is settled, or after ten seconds"
    SAME_CODE_SAME_TICKET = "7 a code typed again has the same ticket"
    REMEMBERED = "8 an id that is remembered gets its old reply"

    # Presses
    PRESS_HAS_EPOCH = "8 a press of another epoch is stale"
    PRESS_HAS_REVISION = "8 a press of another revision is stale"
    RAISED_AT_NOBODY_WAITS = "8 the revision is raised at each «nobody waits»"
    RAISED_AT_PAUSE = "8 the revision is raised when the point pauses or opens"
    RAISED_AT_BOOT = "8 a press of an earlier run of its device is stale"
    SNAPSHOT_SHOWS_IT = "9 if a press that was given up did act, the snapshot shows it"
    UNDO_OF_WHAT_STANDS = "10 undo is refused if a ticket that it moves has changed since"
    CURRENT_ELSEWHERE = "10 a ticket that is current elsewhere is not called out of order"
    REFUSALS_REMEMBERED = "11 refusals are remembered like answers"

    # Calls
    CALL_HAS_EPOCH = "12 a call's id has its epoch"
    BOARD_HOLDS_THE_YOUNG = "12 the board holds every call that may still be spoken"
    RECALL_MERGED = "12 a recall still waiting is merged, and both are marked"
    ONLY_LIVE = "13 a display speaks only while it hears the store live"
    NOT_TOO_OLD = "13 a call of 90 seconds is not spoken"
    WRITTEN_WHEN_ENDED = "13 a call is written as spoken when the speech ends, not before"
    KEPT_OVER_REBOOT = "13 what was spoken is kept over a reboot"

    # Generations
    SEEN_BEYOND = "14 a `seen` beyond what the ledger holds means lost history"
    SEEN_KEPT = "14 what a kiosk has seen is told before the new store's beats take its place"
    KIOSKS_ASKED_FIRST = "14 after a start no number is given until the kiosks have told what they saw"
    SETTLED_AGAIN = "15 the kiosks settle again what was answered"
    OLD_REPLIES_IGNORED = "15 replies of older epochs are ignored"
    WAIT_UNTIL_SETTLED = "15 until all have settled again, new requests are answered `wait`"
    GO_SKIPS_AHEAD = "15 on «go» each range skips ahead"

    @property
    def rule(self) -> int:
        """The rule that the clause belongs to."""
        return int(self.split()[0])


Off = frozenset[Clause]
"""What is left out; nothing, in the protocol as it is."""
