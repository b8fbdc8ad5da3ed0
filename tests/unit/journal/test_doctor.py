"""When the answers call for a doctor, and when they do not."""

import pytest

from host_tools.journal import doctor
from host_tools.journal.records import SessionRecord
from tests.unit.journal.made import good, two_days_later


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([good(pain=(2, 1)), good(pain=(3, 2)), good(pain=(5, 4))], "rose over your last three sessions (2 to 3 to 5)"),
        ([good(pain=(9, 9)), good(pain=(2, 1)), good(pain=(3, 2)), good(pain=(5, 4))], "rose over"),
        ([good(pain=(7, 5))] * 3, "7 of 10 or more in each of your last three sessions"),
        ([good(pain=(3, 5)), good(), good(pain=(3, 6))], "worse after 2 of your last 3 sessions"),
        ([good(follow_up=two_days_later(3, gone=False)), good()], "from 2 November was not gone after 48 hours"),
        ([good(kind="radiating"), good(), good(kind="tingling")], "radiating or tingling more than once"),
        ([good(pain=(7, 7), often="constant")], "strong and always there"),
    ],
)
def test_a_doctor_is_named_with_the_reason(records: list[SessionRecord], words: str) -> None:
    (reason,) = doctor.reasons(records, "calf")
    assert words in reason
    assert "calf" in reason


@pytest.mark.parametrize(
    "records",
    [
        [],
        [good()] * 5,
        [good(pain=(2, 1)), good(pain=(3, 2))],
        [good(pain=(2, 1)), good(pain=(3, 2)), good(pain=(3, 2))],
        [good(pain=(2, 1)), good(pain=(None, 2)), good(pain=(3, 2))],
        [good(pain=(3, 5)), good(), good()],
        [good(follow_up=two_days_later(3, gone=False)), good(), good(), good()],
        [good(kind="radiating"), good(), good()],
        [good(pain=(6, 5), often="constant")],
        [good(follow_up=two_days_later(9, bruise=True, gone=True))],
    ],
)
def test_no_doctor_for_what_is_usual(records: list[SessionRecord]) -> None:
    assert doctor.reasons(records, "calf") == []
