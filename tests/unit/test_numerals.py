"""Numbers as people say them: one minute, two minutes."""

import pytest

from host_tools.numerals import counted, times


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (1.0, "1 minute"),
        (2, "2 minutes"),
        (0.5, "0.5 minutes"),
        (1234567, "1234567 minutes"),
    ],
)
def test_the_noun_follows_the_number(number: float, text: str) -> None:
    assert counted(number, "minute") == text


def test_how_often() -> None:
    assert [times(count) for count in range(4)] == ["0 times", "once", "twice", "3 times"]
