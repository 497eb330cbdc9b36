"""Many callers at once, in whatever order they ask, confirm, hang up, come back or are forgotten: never two on a place, and
every caller who heard a code has one booking and one text.
"""

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from booking_store.ledger import Ledger
from mqtt.contract import (
    Book,
    Booked,
    CancelBooking,
    Changed,
    Offer,
    ReleaseHold,
    ResumeCall,
    TextOutcome,
    TextToSend,
)
from rules.digits import persian_digits
from tests.store.callers import confirm, hold, takes, tells, with_telephone
from tests.store.clinic import Clinic, moment_ms

HOLD_MS = 120_000
calls = st.sampled_from([f"call-{n}" for n in range(4)])
mobiles = st.sampled_from(["09120000001", "09120000002", "09120000003", "09120000004"])


@cache
def _fresh_ledger() -> Path:
    """A ledger of the small clinic with a telephone, two days of it to be booked, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="nobat-"))
    clinic = Clinic(lambda: Ledger.open(f"sqlite:///{folder}/ledger.sqlite", moment_ms("06:00")))
    with_telephone(clinic, folder, "horizon_days = 1\n")
    clinic.ledger.close()
    return folder / "ledger.sqlite"


class Callers(RuleBasedStateMachine):
    """What callers and patients know: the offers they hear, the codes they heard, the texts they got."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nobat-"))
        shutil.copy(_fresh_ledger(), self.folder / "ledger.sqlite")
        self.clinic = Clinic(lambda: Ledger.open(f"sqlite:///{self.folder}/ledger.sqlite", moment_ms("06:00")), load=False)
        self.offers: dict[str, Offer] = {}
        self.by_call: dict[str, Booked] = {}
        self.mobile_of: dict[str, str | None] = {}  # of every code that was told
        self.cancelled: set[str] = set()
        self.leased: list[TextToSend] = []

    def teardown(self) -> None:
        if hasattr(self, "clinic"):
            self.clinic.ledger.close()
            shutil.rmtree(self.folder)

    # ------------------------------------------------------------------------------------------ what happens

    @rule(call=calls, doctor=st.sampled_from([0, 3, 4]), mobile=mobiles, later=st.booleans())
    def somebody_asks_for_a_place(self, call: str, doctor: int, mobile: str, later: bool) -> None:
        before = self.offers.pop(call, None)
        after = before.date if later and before is not None else None
        answer = hold(self.clinic, call, doctor=doctor, mobile=mobile, after=after)
        if isinstance(answer, Offer):
            assert call not in self.by_call
            assert answer.held_until_ms == self.clinic.now.ms + HOLD_MS
            self.offers[call] = answer
        elif isinstance(answer, Booked):
            assert answer == self.by_call[call]

    @rule(call=calls, mobile=st.none() | mobiles)
    def somebody_confirms(self, call: str, mobile: str | None) -> None:
        offer, had = self.offers.get(call), self.by_call.get(call)
        answer = confirm(self.clinic, call, mobile)
        if had is not None:
            assert answer == had
        elif isinstance(answer, Booked):
            assert offer is not None
            assert offer.held_until_ms > self.clinic.now.ms
            assert (answer.date, answer.doctor) == (offer.date, offer.doctor)
            self._told(answer, mobile)
            self.by_call[call] = answer
            del self.offers[call]

    @rule(call=calls)
    def somebody_hangs_up(self, call: str) -> None:
        self.clinic.ask("phone-1", ReleaseHold(call=call))
        self.offers.pop(call, None)

    @rule(call=calls, restarted=st.booleans())
    def a_call_is_here_again(self, call: str, restarted: bool) -> None:
        if restarted:
            self.clinic.restart()
        answer = self.clinic.ask("phone-1", ResumeCall(call=call))
        offer = self.offers.get(call)
        stands = offer is not None and offer.held_until_ms > self.clinic.now.ms
        assert answer == (self.by_call.get(call) or (offer if stands else Changed()))

    @rule(doctor=st.sampled_from([3, 4]), mobile=st.none() | mobiles)
    def reception_books(self, doctor: int, mobile: str | None) -> None:
        answer = self.clinic.ask("operator", Book(department=12, doctor=doctor, mobile=mobile))
        if isinstance(answer, Booked):
            self._told(answer, mobile)

    @rule(which=st.integers(0, 50), by_telephone=st.booleans())
    def somebody_cancels(self, which: int, by_telephone: bool) -> None:
        standing = [code for code in self.mobile_of if code not in self.cancelled]
        if not standing:
            return
        code = standing[which % len(standing)]
        mobile = self.mobile_of[code]
        device, proof = ("phone-1", mobile) if by_telephone and mobile is not None else ("operator", None)
        assert isinstance(self.clinic.ask(device, CancelBooking(code=code, mobile=proof)), Changed)
        self.cancelled.add(code)
        self.by_call = {call: booked for call, booked in self.by_call.items() if booked.code != code}

    @rule(seconds=st.sampled_from([1, 40, 119, 121]), ticks=st.booleans())
    def time_passes(self, seconds: int, ticks: bool) -> None:
        now = self.clinic.now
        self.clinic.now = replace(now, ms=now.ms + seconds * 1000)
        if ticks:
            self.clinic.store.tick(self.clinic.now)
            assert not self.clinic.rows("SELECT 1 FROM bookings WHERE held_until_ms <= :now", now=self.clinic.now.ms)

    @rule(boot=st.sampled_from(["boot-1", "boot-2"]), most=st.integers(1, 5))
    def the_worker_takes_texts(self, boot: str, most: int) -> None:
        self.leased.extend(takes(self.clinic, most, boot).to_send)

    @rule(which=st.integers(0, 20), outcome=st.sampled_from(TextOutcome))
    def the_worker_tells_an_outcome(self, which: int, outcome: TextOutcome) -> None:
        if self.leased:
            tells(self.clinic, self.leased.pop(which % len(self.leased)), outcome)

    def _told(self, booked: Booked, mobile: str | None) -> None:
        assert booked.code not in self.mobile_of, "two were told the same code"
        self.mobile_of[booked.code] = mobile

    # ------------------------------------------------------------------------------------------ what holds

    @invariant()
    def there_are_never_two_on_a_place(self) -> None:
        rows = self.clinic.rows("SELECT session, place FROM bookings WHERE state <> 'cancelled'")
        assert max(Counter(map(tuple, rows)).values(), default=0) <= 1

    @invariant()
    def who_heard_a_code_has_a_booking_and_nobody_else(self) -> None:
        active = {row.code for row in self.clinic.rows("SELECT code FROM bookings WHERE state = 'active'")}
        assert active == self.mobile_of.keys() - self.cancelled

    @invariant()
    def every_booking_with_a_mobile_has_exactly_one_text_and_no_other_has_any(self) -> None:
        texts = self.clinic.rows("SELECT t.body, t.mobile, b.code FROM texts t JOIN bookings b ON b.id = t.booking")
        assert Counter((row.code, row.mobile) for row in texts) == Counter(
            (code, mobile) for code, mobile in self.mobile_of.items() if mobile is not None
        )
        assert all(persian_digits(row.code) in row.body for row in texts)

    @invariant()
    def a_place_is_held_for_a_caller_who_was_offered_it(self) -> None:
        for row in self.clinic.rows("SELECT call, held_until_ms FROM bookings WHERE state = 'held'"):
            assert row.held_until_ms == self.offers[row.call].held_until_ms

    @invariant()
    def nothing_that_was_cancelled_is_on_its_way(self) -> None:
        sql = """SELECT t.id FROM texts t JOIN bookings b ON b.id = t.booking
                 WHERE b.state = 'cancelled' AND t.state = 'queued' AND t.attempts = 0"""
        assert not self.clinic.rows(sql)


TestManyCallers = Callers.TestCase
TestManyCallers.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    # To shrink forty steps takes minutes: add Phase.shrink to look into a failure.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
