"""Doing what the state decided: play, ask, write, tell. Nothing here waits, save for the disk's sync."""

from collections.abc import Callable

from mqtt.session import Session
from mqtt.store_line import StoreLine
from phone_line.calls import Action, EndProgram, HandAnswer, WakeTexts
from phone_line.listener import Listener
from phone_line.open_calls import OpenCalls
from phone_line.state import Abandon, Ask, Close, Leave, Note, Remember, Say
from program.inbox import Inbox
from program.loop import Stop


class Hands:
    """All that the telephone can do. Where something must be on disk first, a failing disk raises before it is asked for."""

    def __init__(
        self,
        *,
        listener: Listener,
        session: Session,
        open_calls: OpenCalls,
        store_line: StoreLine,
        wake_texts: Callable[[], None],
        inbox: Inbox,
    ) -> None:
        self._listener = listener
        self._session = session
        self._open_calls = open_calls
        self._store_line = store_line
        self._wake_texts = wake_texts
        self._inbox = inbox

    def perform(self, action: Action) -> None:
        """Do one action."""
        match action:
            case Say() | Remember() | Leave():
                self._listener.do(action)
            case Ask(request, operation, give_up_seconds, note):
                if note is not None:
                    self._open_calls.write(note)
                self._session.ask(request, operation, give_up_seconds=give_up_seconds, seen=None)
            case Abandon(request):
                self._session.give_up(request)
            case Note(open_call):
                self._open_calls.write(open_call)
            case Close(call):
                self._open_calls.close(call)
            case HandAnswer(request, answer):
                self._store_line.answer(request, answer)
            case WakeTexts():
                self._wake_texts()
            case EndProgram():
                self._inbox.put(Stop("ordered to start again"))
