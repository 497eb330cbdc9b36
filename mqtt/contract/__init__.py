"""Every message between the programs: its fields, topic, QoS, retention, expiry, who sends it and who hears it.

Read this file first; its rooms say the fields. Whoever uses a message imports it from here. The rules of the contract:

- A message is a frozen msgspec Struct, carried as JSON in UTF-8. Unknown fields are ignored and fields are only ever
  added, with defaults, so that devices of different ages understand each other. An unknown tag or a wrong type is
  refused with a reason and changes nothing.
- A field with a unit ends in it: `_ms` is milliseconds since 1970-01-01 UTC by the store's clock, `_seconds` a duration.
  Dates are ISO 8601 Gregorian ("2026-11-22"), clock times "HH:MM" in the site's time zone; screens turn them into
  Jalali and Persian digits at the last moment.
- A point, zone or device is named by its id in the site file, a department or doctor by its code (an int).
- Nothing retained names a person or holds a full tracking code (law 9).

The topics, below `nobat/1/{site}/`:

| topic            | who -> who            | QoS, retained, expiry      | carries         |
|------------------|-----------------------|----------------------------|-----------------|
| request/{device} | device -> store       | 1, no, 10 s                | Request         |
| reply/{device}   | store -> device       | 1, no, 30 s                | Reply           |
| site             | store -> all          | 1, retained                | SiteCard        |
| day              | store -> all          | 1, retained                | Day             |
| board/{zone}     | store -> displays     | 1, retained                | Board           |
| point/{point}    | store -> all          | 1, retained                | PointState      |
| store            | store -> all          | 1, retained, last will     | StoreBeat       |
| sheet/{kiosk}    | store -> that kiosk   | 1, retained                | Sheet           |
| device/{device}  | device -> all         | 1, retained, last will     | DeviceState     |
| order/{device}   | store, staff -> device| 1, no, 30 s                | OrderMessage    |
"""

from mqtt.contract.answers import *
from mqtt.contract.beat import *
from mqtt.contract.constants import *
from mqtt.contract.device_state import *
from mqtt.contract.exchange import *
from mqtt.contract.orders import *
from mqtt.contract.presses import *
from mqtt.contract.queue import *
from mqtt.contract.sheet import *
from mqtt.contract.site_card import *
from mqtt.contract.staff import *
from mqtt.contract.telephone import *
from mqtt.contract.tickets import *
from mqtt.contract.topics import *
from mqtt.contract.words import *
