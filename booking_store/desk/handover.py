"""Where a transfer leads: to a point, a department (and doctor), or a stage, there and back if asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from booking_store.desk.moves import Held
from mqtt.contract import Reason, Refusal, Transfer
from rules.journey import Way, to_department, to_stage
from rules.site import Point, Site


@dataclass(frozen=True, slots=True)
class Handover:
    """The way the ticket goes on, and what of it changes besides: department and doctor, or the one point wanted."""

    way: Way
    wanted: Mapping[str, int | str | None] = field(default_factory=dict)


def handover(site: Site, here: Point, held: Held, act: Transfer) -> Handover | Refusal:
    """Where `act` sends the ticket that is current `here`, or why it cannot go there. It never sends anybody to where
    no point would call them."""
    if sum(target is not None for target in (act.point, act.department, act.stage)) != 1:
        return Refusal(reason=Reason.MALFORMED, detail="a transfer names exactly one of point, department, stage")
    if act.doctor is not None and act.department is None:
        return Refusal(reason=Reason.MALFORMED, detail="a doctor goes with a department")
    if act.point is not None:
        return _to_point(site, here, held, act.point, come_back=act.come_back)
    if act.stage is not None:
        return _to_stage(site, held, act.stage, come_back=act.come_back)
    return _to_department(site, here, held, act)


def _to_point(site: Site, here: Point, held: Held, wanted: str, *, come_back: bool) -> Handover | Refusal:
    point = site.point(wanted)
    if point is None or point.id == here.id:
        return Refusal(reason=Reason.UNKNOWN_POINT, point=wanted)
    stage = held.way.stage if held.way.stage in point.stages else point.stages[0]
    if stage == held.way.stage and not come_back:
        return Handover(held.way, {"only_point": point.id})
    return Handover(to_stage(held.way, stage, _stages(site, held), come_back=come_back), {"only_point": point.id})


def _to_stage(site: Site, held: Held, stage: str, *, come_back: bool) -> Handover | Refusal:
    if stage == held.way.stage:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail=f"the ticket is at {stage} already")
    way = to_stage(held.way, stage, _stages(site, held), come_back=come_back)
    return _served(site, Handover(way), held.ticket.department, held.ticket.doctor)


def _to_department(site: Site, here: Point, held: Held, act: Transfer) -> Handover | Refusal:
    department = site.department(act.department) if act.department is not None else None
    if department is None:
        return Refusal(reason=Reason.UNKNOWN_DEPARTMENT, department=act.department)
    doctor = site.doctor(act.doctor) if act.doctor is not None else None
    if act.doctor is not None and (doctor is None or doctor.department != department.code):
        return Refusal(reason=Reason.UNKNOWN_DOCTOR, department=department.code, doctor=act.doctor)
    if act.come_back:
        detail = "there and back is for a stage or a point: a department keeps whom it is given"
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, department=department.code, detail=detail)
    served_here = here.serves(held.way.stage, department.code, act.doctor)
    way = to_department(held.way, department.stages, served_here=served_here)
    wanted = {"department": department.code, "doctor": act.doctor}
    return _served(site, Handover(way, wanted), department.code, act.doctor)


def _served(site: Site, target: Handover, department: int | None, doctor: int | None) -> Handover | Refusal:
    if any(point.serves(target.way.stage, department, doctor) for point in site.points):
        return target
    detail = f"no point serves {target.way.stage} for them"
    return Refusal(reason=Reason.NOT_POSSIBLE_NOW, department=department, doctor=doctor, detail=detail)


def _stages(site: Site, held: Held) -> tuple[str, ...]:
    found = site.department(held.ticket.department) if held.ticket.department is not None else None
    return () if found is None else found.stages
