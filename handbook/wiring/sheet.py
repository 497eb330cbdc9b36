"""One drawing: lines, boxes and words on a white A4 sheet, as SVG that every browser and every printer shows alike."""

from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 1120
HEIGHT: Final = 792
INK: Final = "#111827"
PALE: Final = "#6b7280"
FONT: Final = "DejaVu Sans, Verdana, Arial, sans-serif"

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Words:
    """Words on the sheet: where their base line begins, ends or has its middle; how large they are, in the sheet's units."""

    at: Place
    words: str
    size: float
    anchor: str


class Sheet:
    """A drawing in the making."""

    def __init__(self, title: str, about: str) -> None:
        self.title = title
        self.words: list[Words] = []
        self._shapes: list[str] = []
        self.text((40, 48), title, size=24, bold=True)
        self.text((40, 74), about, size=14, colour=PALE)

    def text(
        self, at: Place, words: str, *, size: float = 14, anchor: str = "start", colour: str = INK, bold: bool = False
    ) -> None:
        """Words with their base line at `at`; `anchor`: start, middle or end."""
        weight = ' font-weight="bold"' if bold else ""
        self.words.append(Words(at, words, size, anchor))
        self._shapes.append(
            f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}"{weight}>'
            f"{escape(words)}</text>"
        )

    def line(self, *points: Place, colour: str = INK, width: float = 2, dashed: bool = False) -> None:
        """A line through the points."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashes = ' stroke-dasharray="7 5"' if dashed else ""
        self._shapes.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>')

    def box(
        self, at: Place, size: Place, *, fill: str = "white", edge: str = INK, round_by: float = 0, width: float = 2
    ) -> None:
        """A rectangle with its upper left corner at `at`."""
        self._shapes.append(
            f'<rect x="{at[0]:g}" y="{at[1]:g}" width="{size[0]:g}" height="{size[1]:g}" rx="{round_by:g}"'
            f' fill="{fill}" stroke="{edge}" stroke-width="{width:g}"/>'
        )

    def circle(self, at: Place, radius: float, *, fill: str = "white", edge: str = INK, width: float = 2) -> None:
        """A circle around `at`."""
        self._shapes.append(
            f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="{radius:g}" fill="{fill}" stroke="{edge}" stroke-width="{width:g}"/>'
        )

    def dot(self, at: Place, colour: str = INK) -> None:
        """Where wires meet."""
        self.circle(at, 3.5, fill=colour, edge=colour, width=1)

    def svg(self) -> str:
        """The whole drawing."""
        shapes = "\n".join(self._shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
            f' font-family="{FONT}" role="img">\n<title>{escape(self.title)}</title>\n'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{shapes}\n</svg>\n'
        )
