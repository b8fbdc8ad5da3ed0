"""`tapote session` as a person has it: a process in a terminal that asks, shows and listens to single keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.journal.records import SessionRecord
from host_tools.journal.store import Journal
from host_tools.links.sim import SimLink
from tests.served import Served, served
from tests.sessions import simulated
from tests.terminal import Terminal
from tests.unit.cli.test_session import ANSWERED


def session(journal: Path, *words: object) -> Terminal:
    """`tapote session` in a terminal."""
    return Terminal("session", "--journal", journal, *words)


def test_the_whole_way_with_a_person(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = session(file, "--device", "sim:", "--fast")
    terminal.answer("Numbers of all that apply, 0 for none:", "0\n")
    terminal.answer("Number (1 to 2):", "2\n")
    terminal.answer("the worst place first:", "11 9\n")
    terminal.until("Tapote is never used on the neck")
    terminal.answer("Number (1 to 10):", "2\n")
    terminal.answer("How strong is it now?", "4\n")
    terminal.answer("Number (1 to 5):", "3\n")
    terminal.answer("Number (1 to 3):", "2\n")
    terminal.answer("within the last two days? (y/n)", "maybe\n")
    terminal.answer("Please type y for yes or n for no.", "n\n")
    terminal.answer("Numbers of all that apply, 0 for none:", "0\n")
    terminal.answer("Number (1 to 5):", "1\n")
    terminal.answer("or ENTER to leave it out)", "9\n")
    terminal.answer("ENTER begins", "s\n")
    terminal.answer("Seconds:", "-3\n")
    terminal.answer("allowed 1 to 900 s", "s\n")
    terminal.answer("Seconds:", "5\n")
    terminal.until("Swedish on the calf, 0:05")
    terminal.answer("ENTER begins", "\n")
    terminal.until("SIMULATED: no motor turned")
    terminal.answer("Pain now?", "3\n")
    terminal.answer("How was it?", "8\n")
    terminal.answer("In cm", "10\n")
    said = terminal.rest()
    assert "Pain: 4 before, 3 after" in said
    assert "9 to 10 cm, 1 cm freer" in said
    assert terminal.process.returncode == 0
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert record.before.pain_areas == ("neck", "calf")
    assert record.after is not None
    assert record.after.completed


@pytest.mark.parametrize("key", [" ", "q"])
def test_the_live_screen_and_a_key_that_stops(tmp_path: Path, key: str) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = session(file, "--paper", *ANSWERED, "--range-before", 9)
    terminal.answer("ENTER begins", "\n")
    terminal.until("WITHOUT A DEVICE", "part 1 of 3: arrive", "1:30 left of 1:30")
    terminal.answer("STOP", "8")
    terminal.answer("Comfort 8 of 10, kept.", key)
    terminal.until("you had enough, and that is what counts")
    terminal.answer("Pain now?", "\n")
    terminal.answer("How was it?", "\n")
    terminal.answer("In cm", "\n")
    terminal.rest()
    assert terminal.process.returncode == 0
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    assert [event.kind for event in record.events] == ["phase", "comfort", "stop"]
    assert record.after is not None
    assert not record.after.completed


def test_leaving_before_it_begins_and_the_end_of_the_input(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = session(file, "--device", "sim:", *ANSWERED, "--range-before", 9)
    terminal.answer("ENTER begins", "q\n")
    assert "Left. Nothing has moved." in terminal.rest()
    assert terminal.process.returncode == 0
    terminal = session(file, "--device", "sim:")
    terminal.answer("Numbers of all that apply", "\x04")
    said = terminal.rest()
    assert "the answers ended before the questions did" in said
    assert terminal.process.returncode == 1
    with Journal.open(file) as journal:
        assert journal.sessions() == []


def test_a_kill_in_the_middle_leaves_what_had_happened(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = session(file, "--paper", *ANSWERED, "--range-before", 9)
    terminal.answer("ENTER begins", "\n")
    terminal.answer("STOP", "t8")
    terminal.until("Comfort 8 of 10, kept.")
    terminal.process.kill()
    terminal.rest()
    record = the_session(file)
    assert [event.kind for event in record.events] == ["phase", "too_much", "comfort"]
    assert record.after is None


@pytest.fixture
def board() -> Iterator[Served[SimLink]]:
    """A simulated board at the other end of a serial port."""
    with served(simulated()) as board:
        yield board


def begun(board: Served[SimLink], file: Path) -> Terminal:
    """A session on that board, begun with the board's own button."""
    url = f"serial:{board.bridge.pty_path}?simulated=1"
    terminal = session(file, "--device", url, *ANSWERED, "--range-before", 9)
    terminal.answer("ENTER begins", "\n")
    terminal.until("press the button on the device to start")
    board.press()
    terminal.until("part 1 of 3: arrive", "─ running ─")
    return terminal


def the_session(file: Path) -> SessionRecord:
    with Journal.open(file) as journal:
        (record,) = journal.sessions()
    return record


def test_a_board_with_its_own_button_too_much_and_stop(board: Served[SimLink], tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = begun(board, file)
    terminal.answer("too much", "t")
    terminal.answer("at most 28 N from now on", " ")
    board.until(lambda: not board.link.app.session.live())
    terminal.answer("Pain now?", "\n")
    terminal.answer("How was it?", "\n")
    terminal.answer("In cm", "\n")
    terminal.rest()
    assert terminal.process.returncode == 0
    record = the_session(file)
    assert record.before.device.startswith("serial:")
    assert record.before.simulated
    assert [event.kind for event in record.events] == ["phase", "too_much", "stop"]
    assert record.device is not None
    assert record.device.end_state in ("STOPPING", "IDLE")


def test_a_pulled_cable(board: Served[SimLink], tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    terminal = begun(board, file)
    board.do(board.bridge.unplug)
    said = terminal.rest()
    assert "the session broke off after" in said
    assert "What happened until then is in the journal." in said
    assert "Traceback" not in said
    assert terminal.process.returncode == 1
    board.until(lambda: not board.link.app.session.moving())
    record = the_session(file)
    assert [event.kind for event in record.events] == ["phase", "device_lost"]
    assert record.after is not None
    assert not record.after.completed
