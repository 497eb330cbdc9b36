"""The site card: what every device knows of the site, out of its site file. No code of the desk's is needed for it."""

from mqtt.contract import (
    ClassCard,
    DepartmentCard,
    DeviceCard,
    DoctorCard,
    KioskCard,
    LoudnessStep,
    MatterCard,
    Name,
    Note,
    OfficeCard,
    PauseCard,
    PhoneCard,
    PointCard,
    QuietTime,
    SiteCard,
    StageCard,
    ZoneCard,
)
from rules import name as names
from rules import site as words
from rules.office import Office
from rules.site import Site


def site_card(site: Site, epoch: str, sequence: int) -> SiteCard:
    """The card of `site`."""
    return SiteCard(
        epoch=epoch,
        sequence=sequence,
        site=site.id,
        name=name(site.name),
        time_zone=site.time_zone,
        departments=tuple(
            DepartmentCard(code=one.code, name=name(one.name), note=_optional(one.note), stages=one.stages)
            for one in site.departments
        ),
        doctors=tuple(DoctorCard(code=one.code, department=one.department, name=name(one.name)) for one in site.doctors),
        points=tuple(_point(one) for one in site.points),
        zones=tuple(ZoneCard(id=one.id, name=name(one.name), speaker=one.speaker) for one in site.zones),
        stages=tuple(StageCard(id=one.id, name=name(one.name)) for one in site.stages),
        priority_classes=tuple(
            ClassCard(id=one.id, name=name(one.name), asked_at_kiosk=one.asked_at_kiosk) for one in site.priority_classes
        ),
        phone=site.phone,
        kiosk=_kiosk(site),
        voice_menu=_voice_menu(site),
        notices=tuple(Note(text=name(one.text), zone=one.zone) for one in site.notices),
        ticket_note=_optional(site.ticket_note),
        loudness=tuple(LoudnessStep(starts=f"{at:%H:%M}", percent=percent) for at, percent in site.sound.loudness),
        quiet_times=tuple(QuietTime(starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}") for starts, ends in site.sound.quiet),
        pause_reasons=tuple(PauseCard(id=reason, name=name(word)) for reason, word in site.pause_reasons.items()),
        spoken_languages=site.sound.languages,
        people_word=site.people_word,
        devices=tuple(DeviceCard(id=one.id, role=one.role, points=one.points, zone=one.zone) for one in site.devices),
        office=_office(site.office) if site.office is not None else None,
    )


def name(word: names.Name) -> Name:
    """A word for people, as messages carry it."""
    return Name(fa=word.fa, en=word.en, others=word.others)


def _optional(word: names.Name | None) -> Name | None:
    return None if word is None else name(word)


def _point(point: words.Point) -> PointCard:
    return PointCard(
        id=point.id,
        kind=point.kind,
        label=point.label,
        zone=point.zone,
        stages=point.stages,
        doctors=tuple(sorted(point.doctors)),
        departments=tuple(sorted(point.departments)),
    )


def _kiosk(site: Site) -> KioskCard:
    kiosks = site.kiosks
    return KioskCard(
        ask_priority=kiosks.ask_priority,
        show_doctor_on_ticket=kiosks.show_doctor_on_ticket,
        wrong_codes_before_lock=kiosks.wrong_codes_before_lock,
        lock_seconds=kiosks.lock_seconds,
        walk_ins_in_a_row=kiosks.walk_ins_in_a_row,
        languages=kiosks.languages,
    )


def _office(office: Office) -> OfficeCard:
    return OfficeCard(
        matters=tuple(
            MatterCard(id=one.id, name=name(one.name), department=one.department, without_code=one.without_code)
            for one in office.matters
        )
    )


def _voice_menu(site: Site) -> PhoneCard:
    menu = site.voice_menu
    return PhoneCard(
        department_digits=menu.department_digits,
        doctor_digits=menu.doctor_digits,
        tries=menu.tries,
        answers=menu.answers,
        minutes=menu.minutes,
        calls_an_hour=menu.calls_an_hour,
        operator=menu.operator,
    )
