"""How tall a called number stands on each display, measured on the pictures of the album."""

from display_device.pictures import counter, waiting_room
from display_device.pictures.album import counters, halls
from screen.phrases import Phrases
from screen.style import Size


def counter_digits(size: Size, phrases: Phrases, points: int) -> float:
    """The height in pixels of a counter's or a room's number, on a desk of one point or of two."""
    view = counters()["serving" if points == 1 else "two_points"]
    return counter.canvas_of(view, size, phrases).digit_heights[str(view.points[0].number)]


def hall_digits(size: Size, phrases: Phrases) -> float:
    """The height in pixels of a number in a waiting room with six points, its smallest."""
    view = halls()["quiet"]
    return waiting_room.canvas_of(view, size, phrases).digit_heights[str(view.tiles[0].number)]
