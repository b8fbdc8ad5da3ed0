"""Which key does what: never broken between a key and its meaning, however narrow the terminal."""

import io

import pytest
from rich.console import Console

from host_tools.guide import during_screen
from host_tools.key_line import KeyLine
from host_tools.tune_screen import KEYS


@pytest.mark.parametrize("keys", [KEYS, during_screen.KEYS])
@pytest.mark.parametrize("columns", [30, 40, 60, 80, 200])
def test_a_key_and_its_meaning_stay_on_one_line(keys: tuple[tuple[str, str], ...], columns: int) -> None:
    console = Console(width=columns, file=io.StringIO(), record=True)
    console.print(KeyLine(keys))
    rows = console.export_text().splitlines()
    assert max(map(len, rows)) <= columns
    assert all(any(f" {key}  {what}" in row for row in rows) for key, what in keys)
    assert len(rows) == 1 or columns < 200
