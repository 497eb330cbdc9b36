"""Texts: as long as a mobile counts them, at night only what cannot wait, and sent until it is known what became of them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import TextOutcome
from rules.texts import (
    AGAIN_AFTER_SECONDS,
    FACTS,
    FOLLOW_AFTER_SECONDS,
    OF_AN_OFFICE,
    Outcome,
    QuietHours,
    Standing,
    TextKind,
    TextState,
    after_attempt,
    at_longest,
    dialled,
    facts_named,
    fill,
    follow_after,
    is_quiet,
    parts,
    units,
)
from tests.rules.kosar import at, kosar

NIGHT = QuietHours(at("22:00").time(), at("07:00").time())
SENDING = Standing(TextState.SENDING)
ENDED = (TextState.DELIVERED, TextState.UNDELIVERED, TextState.FAILED, TextState.EXPIRED, TextState.WITHDRAWN)


@pytest.mark.parametrize(("letters", "count"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_persian_letters_are_charged_in_parts(letters: int, count: int) -> None:
    assert parts("م" * letters) == count


def test_what_is_outside_the_plane_of_letters_counts_twice() -> None:
    assert (units("کد 🙂"), parts("🙂" * 35), parts("🙂" * 36)) == (5, 1, 2)


WANTED_BY_SOME = {
    TextKind.THIRD: "نوبت {number}: شما نفر سوم هستید.\n{clinic}",
    TextKind.DEVICE_GONE: "{device} از ساعت {since} در دسترس نیست.\n{clinic}",
}
"""As its file shows them, for whoever wants them."""


def test_kosars_texts_fit_one_part_with_what_a_line_may_append() -> None:
    site = kosar()
    assert set(site.texts.templates) == set(TextKind) - OF_AN_OFFICE - WANTED_BY_SOME.keys()
    for kind, template in {**site.texts.templates, **WANTED_BY_SOME}.items():
        longest = at_longest(template, site.name.fa, dialled(site.phone))
        assert units(longest + "\nلغو۱۱") <= 70, (kind, longest)
        assert "{" not in longest


def test_the_longest_text_has_facts_of_their_full_length() -> None:
    """A code of eight digits, a date with its year, the longest day of the week, an hour of five signs."""
    lengths = {
        "letter": 11,
        "papers": 60,
        "code": 8,
        "date": 10,
        "weekday": 8,
        "time": 5,
        "until": 5,
        "old_date": 10,
        "old_weekday": 8,
        "old_time": 5,
    }
    assert {name: units(at_longest(f"{{{name}}}", "", "")) for name in lengths} == lengths


def test_no_text_can_tell_department_or_doctor() -> None:
    assert not {"department", "doctor", "why"} & frozenset().union(*FACTS.values())


def test_a_template_is_filled_and_a_fact_that_is_not_there_is_a_fault() -> None:
    assert fill("کد {code}؛ {code}", {"code": "۱۲۳۴۵۶۷۰"}) == "کد ۱۲۳۴۵۶۷۰؛ ۱۲۳۴۵۶۷۰"
    assert facts_named("{code} {date} {}") == {"code", "date", ""}
    with pytest.raises(KeyError):
        fill("{name}", {})


def test_an_hour_in_a_text_is_written_as_people_say_it() -> None:
    facts = {"time": "۰۹:۳۰", "old_time": "۱۰:۰۰", "until": "۰۰:۱۵", "code": "۰۱۲۳۴۵۶۷"}
    assert fill("{time} {old_time} {until} {code}", facts) == "۹:۳۰ ۱۰:۰۰ ۰:۱۵ ۰۱۲۳۴۵۶۷"


def test_a_number_in_a_text_is_one_run_of_digits() -> None:
    assert (dialled("086-32240066"), dialled(None)) == ("۰۸۶۳۲۲۴۰۰۶۶", "")


@pytest.mark.parametrize(
    ("clock", "quiet"), [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)]
)
def test_the_night_passes_midnight(clock: str, quiet: bool) -> None:
    assert is_quiet(at(clock), NIGHT) is quiet
    assert not is_quiet(at(clock), None)


@pytest.mark.parametrize(("clock", "quiet"), [("12:59", False), ("13:00", True), ("14:59", True), ("15:00", False)])
def test_hours_of_rest_at_noon_pass_no_midnight(clock: str, quiet: bool) -> None:
    assert is_quiet(at(clock), QuietHours(at("13:00").time(), at("15:00").time())) is quiet


def test_quiet_hours_that_end_where_they_begin_are_none() -> None:
    assert not any(
        is_quiet(at(clock), QuietHours(at("22:00").time(), at("22:00").time())) for clock in ("21:59", "22:00", "22:01")
    )


def test_the_outcomes_are_those_of_the_contract() -> None:
    assert {str(outcome) for outcome in Outcome} == {str(outcome) for outcome in TextOutcome}


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Outcome.ACCEPTED, Standing(TextState.ACCEPTED, 0, 1, 60)),
        (Outcome.DELIVERED, Standing(TextState.DELIVERED, 0, 1)),
        (Outcome.UNDELIVERED, Standing(TextState.UNDELIVERED, 0, 1)),
        (Outcome.REFUSED, Standing(TextState.FAILED, 0, 1)),
        (Outcome.TRY_AGAIN, Standing(TextState.QUEUED, 3, 1, 600)),
        (Outcome.ACCOUNT, Standing(TextState.QUEUED, 2, 1, 300)),
        (Outcome.UNKNOWN, Standing(TextState.UNKNOWN, 2, 2, 120)),
    ],
)
def test_each_outcome_of_sending_leads_somewhere_and_what_is_in_doubt_stays_counted(outcome: Outcome, after: Standing) -> None:
    assert after_attempt(Standing(TextState.SENDING, waits=2, doubts=1), outcome, in_doubt=False, chance=0.5) == after


def test_what_did_not_leave_is_tried_after_longer_and_longer_waits_without_end() -> None:
    standing, waits = SENDING, []
    for _ in range(8):
        after = after_attempt(standing, Outcome.TRY_AGAIN, in_doubt=False, chance=0.5)
        assert after is not None
        waits.append(after.next_in_seconds)
        standing = Standing(TextState.SENDING, after.waits, after.doubts)
    assert waits == [30, 120, 600, 1800, 7200, 7200, 7200, 7200]


@given(st.floats(0, 1), st.integers(0, 10))
def test_waits_are_spread_by_a_fifth(chance: float, waits: int) -> None:
    after = after_attempt(Standing(TextState.SENDING, waits), Outcome.TRY_AGAIN, in_doubt=False, chance=chance)
    assert after is not None
    usual = AGAIN_AFTER_SECONDS[min(waits, 4)]
    assert after.next_in_seconds == pytest.approx(usual, rel=0.2001)
    assert after.next_in_seconds == pytest.approx(usual * (0.8 + 0.4 * chance))


def test_a_fault_of_the_account_uses_up_none_of_a_texts_waits() -> None:
    after = after_attempt(Standing(TextState.SENDING, 3), Outcome.ACCOUNT, in_doubt=False, chance=0)
    assert after is not None
    assert (after.state, after.waits) == (TextState.QUEUED, 3)


@pytest.mark.parametrize("outcome", [Outcome.TRY_AGAIN, Outcome.ACCOUNT])
def test_a_text_that_may_have_left_stays_in_doubt_while_nobody_could_ask(outcome: Outcome) -> None:
    after = after_attempt(Standing(TextState.SENDING, 0, 1), outcome, in_doubt=True, chance=0)
    assert after is not None
    assert (after.state, after.doubts) == (TextState.UNKNOWN, 1)


def test_a_text_that_may_have_left_goes_on_by_what_its_gateway_knows_of_it_and_by_nothing_else() -> None:
    doubted = Standing(TextState.UNKNOWN, doubts=1)
    assert after_attempt(doubted, Outcome.UNKNOWN, in_doubt=True, chance=0.5) is None
    assert after_attempt(doubted, Outcome.DELIVERED, in_doubt=True, chance=0.5) == Standing(TextState.DELIVERED, 0, 1)
    assert after_attempt(doubted, Outcome.TRY_AGAIN, in_doubt=False, chance=0.5) == Standing(TextState.QUEUED, 1, 1, 30)


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("outcome", Outcome)
def test_what_has_ended_stays_as_it_ended(state: TextState, outcome: Outcome) -> None:
    assert after_attempt(Standing(state), outcome, in_doubt=False, chance=0) is None


def test_an_accepted_text_is_followed_and_never_sent_again() -> None:
    accepted = Standing(TextState.ACCEPTED, doubts=1)
    after = {outcome: after_attempt(accepted, outcome, in_doubt=True, chance=0) for outcome in Outcome}
    assert {outcome for outcome, now in after.items() if now is None} == {
        Outcome.ACCEPTED, Outcome.TRY_AGAIN, Outcome.ACCOUNT, Outcome.UNKNOWN,
    }  # fmt: skip
    assert after[Outcome.DELIVERED] == Standing(TextState.DELIVERED, 0, 1)
    assert after[Outcome.REFUSED] == after[Outcome.UNDELIVERED] == Standing(TextState.UNDELIVERED, 0, 1)
    assert [follow_after(asked) for asked in range(len(FOLLOW_AFTER_SECONDS) + 1)] == [*FOLLOW_AFTER_SECONDS, None]
    assert all(sooner < later for sooner, later in pairwise(FOLLOW_AFTER_SECONDS))
