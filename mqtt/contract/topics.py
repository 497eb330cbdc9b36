"""The topics as a table, for whatever treats them alike."""

from typing import Final

import msgspec

from mqtt.contract.beat import StoreBeat
from mqtt.contract.device_state import DeviceState
from mqtt.contract.exchange import Reply, Request
from mqtt.contract.orders import OrderMessage
from mqtt.contract.queue import Board, Day, PointState
from mqtt.contract.sheet import Sheet
from mqtt.contract.site_card import SiteCard


class Topic(msgspec.Struct, frozen=True):
    """One row of the table at the top."""

    name: str
    message: type
    retained: bool
    expiry_seconds: int | None
    sender: str
    hearers: str
    keyed: bool  # ends in /{device}, /{zone} or /{point}


REQUEST: Final = Topic("request", Request, False, 10, "device", "store", True)
REPLY: Final = Topic("reply", Reply, False, 30, "store", "device", True)
SITE: Final = Topic("site", SiteCard, True, None, "store", "all", False)
DAY: Final = Topic("day", Day, True, None, "store", "all", False)
BOARD: Final = Topic("board", Board, True, None, "store", "displays", True)
POINT: Final = Topic("point", PointState, True, None, "store", "all", True)
STORE: Final = Topic("store", StoreBeat, True, None, "store", "all", False)
SHEET: Final = Topic("sheet", Sheet, True, None, "store", "device", True)
DEVICE: Final = Topic("device", DeviceState, True, None, "device", "all", True)
ORDER: Final = Topic("order", OrderMessage, False, 30, "store, staff", "device", True)

TOPICS: Final = (REQUEST, REPLY, SITE, DAY, BOARD, POINT, STORE, SHEET, DEVICE, ORDER)
BY_NAME: Final = {topic.name: topic for topic in TOPICS}

Message = Request | Reply | SiteCard | Day | Board | PointState | StoreBeat | Sheet | DeviceState | OrderMessage
