"""When the journal's answers call for somebody who can examine a person: signs that no massage plan may talk over.

Conservative choices of this project, in the direction of what SAFETY.md tells every user; no diagnosis.
"""

from collections.abc import Sequence
from itertools import pairwise

from host_tools.journal import signs
from host_tools.journal.records import SessionRecord

RISING = 3  # sessions in a row
STRONG = 7  # of 10
NERVE_KINDS = ("radiating", "tingling")


def reasons(records: Sequence[SessionRecord], where: str) -> list[str]:
    """Why to see a doctor, one clause each; [] when nothing calls for it.

    records: recent sessions of one region in the order of their start; where: the region for people.
    """
    found = []
    last = list(records[-RISING:])
    pains = [record.before.pain_0_10 for record in records if record.before.pain_0_10 is not None][-RISING:]
    if len(pains) == RISING and all(earlier < later for earlier, later in pairwise(pains)):
        found.append(f"your pain at the {where} rose over your last three sessions ({' to '.join(map(str, pains))})")
    if len(pains) == RISING and min(pains) >= STRONG:
        found.append(f"your pain at the {where} was {STRONG} of 10 or more in each of your last three sessions")
    worse = [record for record in last if (signs.pain_change(record) or 0) >= signs.WORSE]
    if len(worse) >= 2:
        found.append(f"your pain at the {where} was worse after {len(worse)} of your last {len(last)} sessions")
    for record in last:
        if signs.lasting(record):
            day = signs.day(record.before.started_at)
            found.append(f"soreness or a bruise at the {where} from {day} was not gone after 48 hours")
    kinds = [record.before.pain_kind for record in last]
    if sum(kind in NERVE_KINDS for kind in kinds) >= 2:
        found.append(f"you named the pain at the {where} radiating or tingling more than once")
    if records and records[-1].before.pain_often == "constant" and pains and pains[-1] >= STRONG:
        found.append(f"your pain at the {where} is strong and always there")
    return found
