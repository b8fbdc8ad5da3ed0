"""`tapote session` on real MicroPython: a short session with "too much", from answers to journal."""

import json
from pathlib import Path

import pytest

from host_tools.cli import main
from host_tools.journal.store import Journal
from tests.unit.cli.test_session import ANSWERED

pytestmark = [pytest.mark.virtual, pytest.mark.slow]


def test_a_guided_session_on_the_virtual_board(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 s of Swedish in phases of 0.44, 1.11 and 0.44 s: "too much" at 1 s ends the second, so it takes 1.44 s."""
    file = tmp_path / "journal.sqlite3"
    words = ["session", "--device", "virtual:", *ANSWERED, "--seconds", 2, "--too-much-at", 1, "--pain-after", 3]
    code = main([str(word) for word in (*words, "--journal", file, "--json")])
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["ended"], told["simulated"], told["too_much"]) == ("completed", True, 1)
    assert told["run_s"] == pytest.approx(1.44, abs=0.25)
    assert [event["detail"] for event in told["events"] if event["kind"] == "too_much"] == ["said here"]
    assert told["device_summary"]["strokes"] > 1
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert record.before.device == "virtual:"
    assert record.device is not None
    assert record.device.too_much == 1
    assert record.after is not None
    assert record.after.completed
