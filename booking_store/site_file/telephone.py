"""What a site file says of its telephone and its texts."""

from booking_store.site_file.table import Table
from rules.mobile import normalise_mobile
from rules.site import TextPolicy, VoiceMenu
from rules.texts import QuietHours, TextKind


def voice_menu(table: Table) -> VoiceMenu:
    """The table [voice_menu]."""
    usual = VoiceMenu()
    menu = VoiceMenu(
        department_digits=table.whole("department_digits", 1, 4, usual.department_digits),
        doctor_digits=table.whole("doctor_digits", 1, 4, usual.doctor_digits),
        tries=table.whole("tries", 1, 10, usual.tries),
        answers=table.whole("answers", 1, 200, usual.answers),
        minutes=table.whole("minutes", 1, 60, usual.minutes),
        calls_an_hour=table.whole("calls_an_hour", 1, 1000, usual.calls_an_hour),
        operator=table.flag("operator", usual.operator),
        hold_seconds=table.whole("hold_seconds", 10, 3600, usual.hold_seconds),
    )
    table.close()
    return menu


def text_policy(table: Table) -> TextPolicy:
    """The table [texts]."""
    templates = table.table("templates")  # the words of each kind of text; a kind without is not texted
    policy = TextPolicy(
        templates=_templates(templates),
        quiet=_quiet(table),
        reminder_at=table.clock("reminder_at") if table.has("reminder_at") else None,
        again_a_day=table.whole("again_a_day", 0, 20, TextPolicy().again_a_day),
        technician=_mobile(table, "technician") if table.has("technician") else None,
        gone_minutes=table.whole("gone_minutes", 1, 240, TextPolicy().gone_minutes),
    )
    table.close()
    return policy


def _templates(table: Table) -> dict[TextKind, str]:
    found = {}
    for kind in TextKind:
        if table.has(kind):
            found[kind] = table.text(kind, "کد رهگیری: {code}")
    table.close()
    return found


def _mobile(table: Table, key: str) -> str | None:
    mobile = normalise_mobile(table.text(key, "09121234567"))
    if mobile is None:
        table.note(key, 'expected a mobile, for example "09121234567"')
    return mobile


def _quiet(table: Table) -> QuietHours | None:
    if not table.has("quiet_from") and not table.has("quiet_until"):
        return None
    return QuietHours(table.clock("quiet_from"), table.clock("quiet_until"))
