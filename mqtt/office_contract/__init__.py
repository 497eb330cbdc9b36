"""What the officers' pages ask of the store about households, cases and letters (docs/office.md tells the story).

The rules, beside those of contract/:

- Every step at a case is one request, one commit and one row of the audit trail, which names the case and no person.
- A step carries the revision of the case that its asker saw; where somebody else has stepped meanwhile it is refused: `stale`.
- What tells who somebody is goes to the store and never comes back: answers are ids, states and numbers. Who may see more
  says so first (LookAt), and reads the ledger with its key (booking_store/office_reader.py).
- Nothing of this is retained, and no device but an operator's may ask it; a letter page may ask for UseLetter alone.
"""

from mqtt.office_contract.acts import *
from mqtt.office_contract.answers import *
from mqtt.office_contract.refusals import *
from mqtt.office_contract.requests import *
from mqtt.office_contract.typed import *
