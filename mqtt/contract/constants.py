"""What every program keeps to: sizes, and how long what takes."""

from typing import Final

PROTOCOL: Final = 1
REQUEST_LIMIT_BYTES: Final = 16 * 1024
BEAT_EVERY_SECONDS: Final = 2.0
FEED_LOST_AFTER_SECONDS: Final = 5.0
"""A screen says that its feed is lost at this age of the last beat; law 7 allows 6 s."""
REPLY_WAIT_SECONDS: Final = 3.0
ASK_AGAIN_SECONDS: Final = 0.7
UNDO_SECONDS: Final = 10.0
CALL_SPOKEN_WITHIN_SECONDS: Final = 90.0
SETTLE_OR_CALLABLE_AFTER_SECONDS: Final = 10.0
CALLS_ON_BOARD: Final = 32
SHEET_EVERY_SECONDS: Final = 30.0
"""A kiosk's sheet is published at most this often: what changed since is what the kiosk may not know when it is alone."""
