"""Keys from a terminal: names, whatever a terminal sends."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import keys
from host_tools.keys import FileKeys, decode


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (" ", ["space"]),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        ("\x1bOA", ["up"]),
        ("\x1b[5~\x1b[6~", ["page up", "page down"]),
        ("sq", ["s", "q"]),
        ("\x1b", ["escape"]),
        ("\r", ["enter"]),
        ("\x1b[1;5A ", ["space"]),
        ("\x1b[200~ \x1b[201~", ["space"]),
        ("ü", ["ü"]),
    ],
)
def test_what_a_terminal_sends_becomes_names(text: str, names: list[str]) -> None:
    assert decode(text) == names


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    assert isinstance(decode(text), list)


@given(st.text(alphabet="abc\x1b[", max_size=8).filter(lambda text: "\x1b" not in text))
def test_a_space_among_plain_keys_is_never_missed(text: str) -> None:
    assert keys.SPACE in decode(text + " ")


def test_a_file_gives_its_keys_and_its_end() -> None:
    reading, writing = os.pipe()
    source = FileKeys(reading)
    assert source.take(0.0) == []
    os.write(writing, b"s\x1b[A ")
    assert source.take(0.0) == ["s", "up", "space"]
    os.close(writing)
    assert source.take(0.0) == [keys.LOST]
    os.close(reading)
