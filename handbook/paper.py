"""The operators' guide on A4: docs/guide.fa.md and docs/guide.en.md as PDF, the daily work on the first sheet."""

import re
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from weasyprint import HTML

from screen.lettering import FONTS
from screen.phrases import languages

DOCS: Final = Path(__file__).parents[1] / "docs"
WEIGHTS: Final = {"Medium": 500, "Bold": 700}
OTHER_LANGUAGE: Final = re.compile(r" \(\[[^\]]+\]\(guide\.\w+\.md\)\)")
DIGITS: Final = {"fa": "persian", "en": "decimal"}
STYLE: Final = """
@page { size: A4; margin: 11mm 12mm 13mm; @bottom-center { content: counter(page, DIGITS); font: 7pt Vazirmatn } }
body { font: 500 8.3pt/1.45 Vazirmatn; color: #111827 } body:lang(en) { font-size: 8pt; line-height: 1.38 }
h1 { font-size: 17pt; margin: 0 } h1 + p { margin: 0 0 2mm; color: #6b7280 }
h2 { font-size: 10.5pt; margin: 3mm 0 1mm; break-after: avoid; border-bottom: .4mm solid #1d4ed8 }
h2.messages { break-before: page }
p, ol, ul { margin: 1mm 0 } li { margin: .4mm 0 }
:lang(fa) ol { list-style-type: persian }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 }
th, td { border: .15mm solid #9ca3af; padding: .6mm 1.5mm; text-align: start; vertical-align: top }
th { background: #e5e7eb } tr { break-inside: avoid }
td:first-child { width: 22% } h2.messages ~ table td:first-child { width: 42% } h2.messages ~ table td:last-child { width: 29% }
code { font: 500 8pt Vazirmatn } a { color: inherit; text-decoration: none }
"""


def guides() -> tuple[str, ...]:
    """The languages that have a guide: those of the staff."""
    return tuple(language for language in languages() if (DOCS / f"guide.{language}.md").is_file())


def guide_pdf(language: str) -> bytes:
    """The guide in `language` as PDF. FileNotFoundError: there is none."""
    return bytes(HTML(string=_page(language), base_url=FONTS.as_uri()).write_pdf() or b"")


def _page(language: str) -> str:
    words = OTHER_LANGUAGE.sub("", (DOCS / f"guide.{language}.md").read_text(encoding="utf-8"))
    body = MarkdownIt("commonmark").enable("table").render(words)
    body = re.sub(r"<h2>(?=(6|۶)\. )", '<h2 class="messages">', body)
    files = {weight: (FONTS / f"Vazirmatn-{name}.ttf").as_uri() for name, weight in WEIGHTS.items()}
    faces = "".join(
        f"@font-face {{ font-family: Vazirmatn; font-weight: {weight}; src: url({file}) }}" for weight, file in files.items()
    )
    direction = "rtl" if language == "fa" else "ltr"
    head = f'<meta charset="utf-8"><style>{faces}{STYLE.replace("DIGITS", DIGITS[language])}</style>'
    return f'<html lang="{language}" dir="{direction}"><head>{head}</head><body>{body}</body></html>'
