"""One line of a doctor's report."""

from dataclasses import dataclass

OK = "ok"
NOTE = "note"
PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """key: for scripts and tests; where: the device or "usb"; fix: the one thing to do, "" when all is well."""

    key: str
    where: str
    text: str
    fix: str
    level: str = PROBLEM
