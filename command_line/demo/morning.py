"""The engine of the demo's morning: minutes pass, people come to the kiosk, free points call, scenes happen at their hour."""

import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_line.demo.clinic import WITHOUT_SCREEN, Clinic
from command_line.demo.eyes import Eyes
from command_line.demo.hands import KEY_SECONDS, TAP_SECONDS, Hand
from command_line.demo.people import Arrival
from command_line.demo.wrong import ScriptError
from command_line.operator import CommandError, Desk, accepted
from mqtt.contract import Act, Changed, Operation, PointState, PointStatus, Press, Pressed
from rules.site import Point
from rules.tracking_code import check_digit

PATIENT_PRESSES: Final = 4
DEPARTMENTS_ON_A_PAGE: Final = 6
IDLE: Final = ("idle", "idle_alone")
WITH_TICKET: Final = ("ticket_taken", "ticket_again", "ticket_alone")
"""Alone too: on a busy machine the store may take longer than the three seconds that a kiosk waits."""
DOUBLE_CLICK_SECONDS: Final = 0.45
VISITS_A_MINUTE: Final = 4
"""A patient takes about a quarter of a minute at the kiosk."""
SERVICE_MINUTES: Final = {"counter": (2, 3), "room": (3, 6)}

Scene = Callable[["Morning"], None]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody on the way to the kiosk; a booking has its code."""

    arrival: Arrival
    code: str | None = None


class Morning:
    """Time, hands, eyes and the operator's desk of one clinic day. A scene is a function that takes it."""

    def __init__(self, clinic: Clinic, desk: Desk, eyes: Eyes, *, seed: int, starts: datetime) -> None:
        self.clinic = clinic
        self.desk = desk
        self.eyes = eyes
        self.chance = random.Random(seed)  # noqa: S311  # a demo's dice, not a secret
        self.kiosk = next(device.id for device in clinic.site.devices if device.role == "kiosk")
        self.hands = {d.id: Hand(clinic.twin_socket(d.id)) for d in clinic.site.devices if d.role not in WITHOUT_SCREEN}
        self.clock_to(starts)
        self.guests: deque[Guest] = deque()
        self.busy_until: dict[str, datetime] = {}
        self._pressed_at: dict[str, float] = {}
        self.wrongs: list[str] = []
        self.played: list[str] = []

    # ---------------------------------------------------------------------------------------------------- time

    def clock_to(self, moment: datetime) -> None:
        """Move the store's clock to `moment`, which is aware of its zone."""
        self.now = moment
        self.clinic.set_clock(moment)

    def minutes(self, until: Callable[[], bool], scenes: Sequence[tuple[datetime, Scene]], latest: datetime) -> None:
        """Let minutes pass until `until()`: arrivals, scenes, calls. ScriptError when it lasts past `latest`."""
        waiting = deque(sorted(scenes, key=lambda scene: scene[0]))
        while waiting or self.guests or not until():
            if self.now > latest:
                raise ScriptError(f"the morning is not over at {latest:%H:%M}")
            self.eyes.wait("the calls of the minutes before were spoken", self.all_spoken, 30)
            self.clock_to(self.now + timedelta(minutes=1))
            while waiting and waiting[0][0] <= self.now:
                self.play(waiting.popleft()[1])
            self.kiosk_serves()
            self.free_points_call()
            if died := self.clinic.died():
                raise ScriptError("; ".join(died))

    def play(self, scene: Scene) -> None:
        """Do one scene; what goes wrong in it is noted with its time and name, and the morning goes on."""
        name = scene.__name__.replace("_", " ").strip()
        try:
            scene(self)
            self.played.append(f"{self.now:%H:%M} {name}")
        except (ScriptError, CommandError) as wrong:
            self.wrongs.append(f"{self.now:%H:%M} {name}: {wrong}")

    def all_spoken(self) -> bool:
        """Each zone's speaker has spoken every call of the minutes before this one."""
        this_minute_ms = int(self.now.timestamp() * 1000)
        for zone in self.clinic.site.zones:
            board = self.eyes.watched.boards.get(zone.id)
            speaker = self.eyes.watched.devices.get(zone.speaker or "")
            calls = [c for c in board.calls if not c.withdrawn and c.called_at_ms < this_minute_ms] if board else []
            if calls and speaker and (speaker.health.spoken_call or 0) < calls[-1].call:
                return False
        return True

    # ------------------------------------------------------------------------------------------------ the kiosk

    def kiosk_serves(self) -> None:
        """The next few people in line at the kiosk take their tickets."""
        for _ in range(VISITS_A_MINUTE):
            if self.guests and self.guests[0].arrival.at <= self.now:
                guest = self.guests.popleft()
                arrival = guest.arrival
                if guest.code:
                    self.ticket_by_code(guest.code)
                else:
                    self.walk_in(arrival.department, priority=arrival.priority)
                self.leave_kiosk()

    def at_kiosk(self, *keys: str) -> None:
        """Fingers on the kiosk's keypad."""
        self.hands[self.kiosk].type(*keys)

    def press_until(self, key: str, *screens: str) -> None:
        """Press a key, and again when nothing happens, as people do, until one of these pictures stands."""
        for _ in range(PATIENT_PRESSES):
            self.at_kiosk(key)
            if self.eyes.seen_within(lambda: self.eyes.screen(self.kiosk) in screens, 1.0):
                return
        self.kiosk_shows(*screens)

    def kiosk_shows(self, *screens: str) -> None:
        """Wait until the kiosk shows one of these pictures."""
        self._wait_at_kiosk(f"the kiosk shows {' or '.join(screens)}", lambda: self.eyes.screen(self.kiosk) in screens)

    def _wait_at_kiosk(self, until: str, holds: Callable[[], bool]) -> None:
        try:
            self.eyes.wait(until, holds)
        except ScriptError as late:
            raise ScriptError(f"{late}; it shows {self.eyes.screen(self.kiosk)}") from late

    def ticket_by_code(self, code: str) -> int:
        """Type a code that is good; the number on the paper."""
        before = self.eyes.tickets_printed(self.kiosk)
        self.type_code(code)
        self.paper_after(before)
        return self.number_given()

    def type_code(self, code: str) -> None:
        """Type a code into the idle kiosk, or into the next code's screen; slower from the start when a key was missed.

        A busy machine misses a quick finger now and then, of the digits and of the erasing: then too few digits stand there,
        or the rest of the last try before them, which the kiosk calls wrong though the code's check digit is right.
        """
        right = code[-1] == str(check_digit(code[:-1]))
        for attempt in range(1, PATIENT_PRESSES + 1):
            self.kiosk_shows(*IDLE, "type_code")
            self.hands[self.kiosk].type(*code, key_seconds=attempt * KEY_SECONDS)
            if self.eyes.seen_within(lambda: self.eyes.screen(self.kiosk) not in (*IDLE, "type_code"), 1.0):
                if not right or self.eyes.screen(self.kiosk) != "code_wrong":
                    return
                self.press_until("erase", *IDLE)
            for _ in code:
                if self.eyes.screen(self.kiosk) not in IDLE:
                    self.hands[self.kiosk].type("erase", key_seconds=attempt * KEY_SECONDS)
        raise ScriptError(f"the kiosk takes the code {code[:2]}…")

    def walk_in(self, department: int, *, priority: bool = False) -> int:
        """Take a ticket without a code, with the first free doctor; the number on the paper."""
        self.kiosk_shows("idle")
        before = self.eyes.tickets_printed(self.kiosk)
        self.choose_walk_in(department, priority=priority)
        self.paper_after(before)
        return self.number_given()

    def choose_walk_in(self, department: int, *, priority: bool) -> None:
        """From the idle screen to the request for a walk-in ticket."""
        self.press_until("green", "choose_department")
        self.choose_department(department, priority=priority)

    def choose_department(self, department: int, *, priority: bool) -> None:
        """From the list of departments to the request."""
        page, key = divmod(self._place_in_list(department), DEPARTMENTS_ON_A_PAGE)
        for _ in range(page):
            self.at_kiosk("9")
        self.press_until(str(key + 1), "choose_doctor", "ask_priority")
        if self.eyes.screen(self.kiosk) == "choose_doctor":
            self.press_until("1", "ask_priority")
        self.press_until("1" if priority else "green", "wait", "printing", "ticket_taken", "offer_no_paper")

    def leave_kiosk(self) -> None:
        """The green key ends the visit."""
        self.press_until("green", *IDLE, "idle_no_paper", "closed")

    def paper_after(self, before: int, end: str = "") -> None:
        """Wait for the paper after the first `before` ones; `end`: of the screen's name, in another language."""
        self._wait_at_kiosk("the kiosk has printed the ticket", lambda: self.eyes.tickets_printed(self.kiosk) > before)
        self.kiosk_shows(*(f"{screen}{end}" for screen in WITH_TICKET))

    def number_given(self) -> int:
        """The number on the newest paper, as the store has it."""
        if (self.eyes.screen(self.kiosk) or "").startswith("ticket_alone"):
            self.all_settled()
        return self.eyes.newest_ticket()

    def all_settled(self) -> None:
        """Wait until the store knows what became of every paper."""
        self.eyes.wait("every paper is settled", lambda: self.eyes.watched.devices[self.kiosk].health.unsettled == 0, 30)

    def _place_in_list(self, department: int) -> int:
        """Where the kiosk lists a department: those with walk-in turns today, in the site file's order."""
        day = self.eyes.watched.day
        listed = {row.department for row in day.walk_ins} if day else set()
        return [card.code for card in self.clinic.site.departments if card.code in listed].index(department)

    # ------------------------------------------------------------------------------------- counters and rooms

    def free_points_call(self) -> None:
        """Every point that is free presses its green button, all in the same instant; each gets somebody else or nobody."""
        self.call_together([point for point in self.clinic.site.points if self._will_press(point)])

    def call_together(self, points: Sequence[Point]) -> None:
        """Press the green buttons of all these points in one instant and wait for what each of them did."""
        self._unhurried(points)
        before = {point.id: self.eyes.point(point.id).revision for point in points}
        hands = [self.hands[self._device_of(point)] for point in points]
        for hand in hands:
            hand.down("call_next")
        self.eyes.look(TAP_SECONDS if hands else 0)
        for hand in hands:
            hand.up("call_next")
        for point in points:
            self._press_until(point, "call_next", self._changed_since(point.id, before[point.id]))
            self.begin_service(point)

    def _changed_since(self, point: str, revision: int) -> Callable[[], bool]:
        return lambda: self.eyes.point(point).revision > revision

    def _press_until(self, point: Point, button: str, holds: Callable[[], bool], *, hold: bool = False) -> None:
        """Wait until a press shows; press again when it does not, as people do whose finger was too quick."""
        for _ in range(PATIENT_PRESSES):
            if self.eyes.seen_within(holds, 2.0):
                return
            self.hands[self._device_of(point)].press(button, hold=hold)
        self.eyes.wait(f"{point.id} took {button}", holds)

    def _unhurried(self, points: Sequence[Point]) -> None:
        """Nobody presses right after a new number came: counters take that for a double click."""
        last = max((self._pressed_at.get(point.id, 0.0) for point in points), default=0.0)
        self.eyes.look(max(0.0, last + DOUBLE_CLICK_SECONDS - time.monotonic()))

    def press(self, point: str, button: str, *, hold: bool = False) -> PointState:
        """Press a real button and wait for what it did."""
        before = self.eyes.point(point)
        card = self.clinic.site.point(point)
        if card is None:
            raise ScriptError(f"no point {point}")
        self._unhurried([card])
        self.hands[self._device_of(card)].press(button, hold=hold)
        self._press_until(card, button, lambda: self.eyes.point(point).last_act != before.last_act, hold=hold)
        self.begin_service(card)
        return self.eyes.point(point)

    def act(self, point: str, act: Act) -> PointState:
        """Do what no button does, as the staff's page will: from the operator's desk."""
        state = self.eyes.point(point)
        answer = self.desk.ask(Press(point=point, epoch=state.epoch, revision=state.revision, act=act))
        after = accepted(answer, Pressed).point
        self.eyes.wait(f"{point} shows it", lambda: self.eyes.point(point).sequence >= after.sequence)
        return self.eyes.point(point)

    def change(self, operation: Operation) -> None:
        """A staff change from the operator's desk."""
        accepted(self.desk.ask(operation), Changed)

    def _will_press(self, point: Point) -> bool:
        state = self.eyes.point(point.id)
        free = self.busy_until.get(point.id, self.now) <= self.now
        return free and state.status == PointStatus.OPEN and (state.waiting > 0 or state.current is not None)

    def begin_service(self, point: Point) -> None:
        """Whoever is at a point stays a few minutes; an empty one is free in the next minute."""
        shortest, longest = SERVICE_MINUTES[point.kind]
        self._pressed_at[point.id] = time.monotonic()
        busy = self.eyes.point(point.id).current is not None
        self.busy_until[point.id] = self.now + timedelta(minutes=self.chance.randint(shortest, longest) if busy else 1)

    def _device_of(self, point: Point) -> str:
        return next(device.id for device in self.clinic.site.devices if point.id in device.points and device.role != "operator")
