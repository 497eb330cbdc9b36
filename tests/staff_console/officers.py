"""Officers at their pages: each form is sent as the page had it, with what somebody typed or ticked."""

import html
import itertools
import re
from typing import Any

import httpx

from staff_console.rights import Role
from tests.staff_console.running import Browser, Console

FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r"<(input|select)\b([^>]*)>(.*?)(?=<(?:input|select|button|/form)|$)", re.DOTALL)
OPTION = re.compile(r"<option\b([^>]*)>([^<]*)</option>")
TRANSLATED = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_codes = itertools.count(20_001)


class Officer(Browser):
    """Somebody of the office, when the pages hear the store."""

    def __init__(self, console: Console, role: Role) -> None:
        super().__init__(console.url, role.value)
        self.until("data-point")

    def sends(self, page: str, action: str, act: str = "", **said: Any) -> httpx.Response:
        """The answer to a form of `page`, whose fields hold what the page put there and what is said now."""
        return self.client.post(action, data=filled(page, action, act) | self._typed(said), follow_redirects=True)

    def acts(self, case: int, act: str, **said: Any) -> httpx.Response:
        """One act at a case, by its form as the page shows it now."""
        return self.sends(self.page(f"/cases/{case}"), f"/cases/{case}/step", act, **said)

    def does(self, case: int, act: str, **said: Any) -> str:
        """One act that is done; the page after it."""
        answer = self.acts(case, act, **said)
        assert answer.status_code == 200, text_of(answer.text)
        return answer.text

    def finds(self, code: str, number: str = "") -> str:
        """The page after a search."""
        answer = self.sends(self.page(f"/cases?number={number}"), "/cases/find", typed=code)
        assert answer.status_code == 200, answer.text
        return answer.text

    def writes_down(self, *, number: str = "", matter: str = "incomplete_papers", **said: Any) -> httpx.Response:
        """The answer to the form of a new household, with its request."""
        begun = self.sends(self.page(f"/cases?number={number}"), "/cases/new").text
        fields = household() | {"matter": matter} | said
        return self.sends(begun, "/cases/new", do="save", **fields)

    def opens(self, **said: Any) -> int:
        """A case of a new household; its number."""
        answer = self.writes_down(**said)
        found = re.fullmatch(r"/cases/(\d+)", answer.url.path)
        assert found is not None, text_of(answer.text)
        return int(found[1])

    def reviews(self, case: int) -> None:
        """Everything that an approval looks at is written down."""
        self.does(case, "write_najva", result="confirmed", reference="N-771")
        self.does(case, "write_fee", receipt="R-4451")
        answers = {f"said-{question}": "yes" for question in ("whole_household", "head_present", "lives_here")}
        self.does(case, "answer_questions", **answers)

    @staticmethod
    def _typed(said: dict[str, Any]) -> dict[str, Any]:
        return {name.replace("__", "-"): value for name, value in said.items()}


def approved(officer: Officer, reviewer: Officer, **said: Any) -> int:
    """A case that one has written and another approved."""
    case = officer.opens(**said)
    reviewer.does(case, "take_up")
    officer.reviews(case)
    reviewer.does(case, "approve")
    return case


def with_letter(officer: Officer, reviewer: Officer, **said: Any) -> int:
    """A case whose letter is issued."""
    case = approved(officer, reviewer, **said)
    officer.does(case, "issue_letter", service_office="72-1001", signer="director")
    return case


def household(**said: str) -> dict[str, str]:
    """A head and a child as they are typed, with codes that nobody has yet."""
    fields = {"code": code(), "county": "arak", "mobile": "۰۹۱۲۱۲۳۴۵۶۷"}
    fields |= member(0, "گل‌محمد رحیمی", "head", sex="male", born="۱۳۶۰/۰۱/۳۱")
    return fields | member(1, "مریم رحیمی", "child", born="1394/07/18") | said


def member(row: int, name: str, relation: str, **said: str) -> dict[str, str]:
    """A member as typed, with a card of the extended cycle."""
    about = {"name": name, "relation": relation, "sex": "female", "nationality": "AF"}
    about |= {"document": "amayesh", "number": f"17000{code()}", "cycle": "17"} | said
    return {f"{key}-{row}": value for key, value in about.items()}


def code() -> str:
    """Digits that no other household of the tests has."""
    return str(next(_codes))


def filled(page: str, action: str, act: str = "") -> dict[str, Any]:
    """What a form's fields hold as the page was made: what is hidden, typed, chosen and ticked."""
    for to, inside in FORM.findall(page):
        if to == action and (not act or f'name="act" value="{act}"' in inside):
            return _fields(inside)
    raise AssertionError(f"no form to {action} {act} on the page: {text_of(page)}")


def _fields(inside: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for kind, about, after in FIELD.findall(inside):
        name, value = _attribute(about, "name"), _attribute(about, "value")
        if kind == "select":
            fields[name] = _chosen(after)
        elif 'type="checkbox"' in about or 'type="radio"' in about:
            if re.search(r"\bchecked\b", about):
                fields[name] = [*fields.get(name, []), value]
        else:
            fields[name] = value
    return fields


def _chosen(options: str) -> str:
    """What a list stands at: the option that is marked, else the first."""
    found = OPTION.findall(options)
    marked = [one for one in found if "selected" in one[0]] or found[:1]
    return next((html.unescape(_attribute(about, "value") if "value=" in about else words) for about, words in marked), "")


def _attribute(about: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', about)
    return html.unescape(found[1]) if found is not None else ""


def text_of(page: str) -> str:
    """The words of a page, for whoever reads why a test failed."""
    words = re.sub(r"<[^>]+>", " ", page.partition("<main")[2] or page)
    return re.sub(r"\s+", " ", html.unescape(words))


def persian(value: object) -> str:
    """A number as the pages show it."""
    return str(value).translate(TRANSLATED)
