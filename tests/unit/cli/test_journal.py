"""`tapote journal` as a person types it."""

import csv
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from host_tools.cli import journal_pages
from host_tools.journal import backup
from host_tools.journal.records import After, Before, DeviceSummary, FollowUp, Measure, force_histogram
from host_tools.journal.store import Journal
from tests.unit.cli.conftest import Tapote

HOSTILE = "\x1b[31mred\x07\nnext line"


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command here uses a journal of the test's own; it is not there yet."""
    file = tmp_path / "journal.sqlite3"
    monkeypatch.setenv("TAPOTE_JOURNAL", str(file))
    return file


def filled(path: Path) -> None:
    """Three real sessions, four to two days old, and a simulated one."""
    now = datetime.now(UTC)
    with Journal.open(path) as journal:
        for days, simulated in ((4, False), (3, False), (2.1, False), (0.5, True)):
            before = Before(
                now - timedelta(days=days),
                "calf",
                device="sim:" if simulated else "serial:/dev/ttyACM0",
                simulated=simulated,
                board="pico_mosfet_fsr",
                goal=HOSTILE,
                pain_kind="tight",
                pain_often="weekly",
                pain_0_10=5,
                pain_areas=("left calf",),
                profile="swedish",
                planned_s=240,
                limit_n=40,
                drive_pct=60,
                answers={"dvt": False, "medicine": "aspirin"},
                range_of_motion=Measure(8, "cm", "knee to wall"),
            )
            number = journal.begin(before)
            journal.event(number, 100, "too_much", "button")
            journal.event(number, 120, "comfort", value=6)
            histogram = force_histogram([(12, 200), (33, 40)])
            journal.device_summary(number, DeviceSummary(240, 6000, 34.5, 3, 20, 1, (), histogram, "IDLE"))
            if days != 3:
                journal.after(number, After(before.started_at + timedelta(minutes=5), True, 3, 7, notes="=1+1"))
        journal.follow_up(1, FollowUp(now - timedelta(days=2), 4, True, True, False, "ok"))


def test_before_the_first_session_every_command_says_how_to_begin(tapote: Tapote, path: Path) -> None:
    for command in ("list", "plan"):
        result = tapote("journal", command)
        assert (result.code, "tapote session" in result.out) == (0, True)
    assert json.loads(tapote("journal", "list", "--json").out) == []
    assert json.loads(tapote("journal", "plan", "--json").out)["regions"] == []
    assert json.loads(tapote("journal", "export", "--json").out)["sessions"] == []
    tapote("journal", "show", 1).refused(2, "not begun yet")
    tapote("journal", "plot", "-o", path.parent / "x.png").refused(1, "no sessions to draw")
    tapote("journal", "delete", "--all", "--yes").refused(2, "there is no journal")
    tapote("journal", "follow-up").refused(2, "there is no journal")
    tapote("journal", "forget-adaptation", "calf").refused(2, "there is no journal")
    tapote("journal", "list", "--journal", path.parent / "typo").refused(2, "there is no journal", "typo")
    assert list(path.parent.iterdir()) == [], "looking makes no file"


def test_list_shows_each_session_in_a_line(tapote: Tapote, path: Path) -> None:
    filled(path)
    lines = tapote("journal", "list").out.splitlines()
    assert lines[0].split() == ["ID", "WHEN", "REGION", "MASSAGE", "LENGTH", "PAIN", "COMFORT"]
    assert '5 to 3        6  "too much" 1x, sore afterwards' in lines[1]
    assert '5 to ?        6  "too much" 1x, not finished' in lines[2]
    assert 'SIMULATED, "too much" 1x' in lines[4]
    assert "follow-up 2" in lines[-1]
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 4
    with Journal.open(path) as journal:
        days = [record.before.started_at.astimezone().date() for record in journal.sessions()]
    found = json.loads(tapote("journal", "list", "--json", "--since", days[2]).out)
    assert len(found) == sum(day >= days[2] for day in days) < 4
    assert tapote("journal", "list", "--region", "thigh").out.startswith("No sessions.")
    tapote("journal", "list", "--region", "neck").refused(2, "never used on the neck")


def test_show_tells_everything_and_nothing_reaches_the_terminal(tapote: Tapote, path: Path) -> None:
    filled(path)
    result = tapote("journal", "show", 1)
    assert result.code == 0, result.err
    for words in (
        "Session 1: swedish on the calf",
        "Goal          ?[31mred? next line",
        "5 to 3 of 10 (tight pain, weekly, at: left calf)",
        "knee to wall: 8 to ? cm (more is better)",
        "2 questions; medicine: aspirin",
        "too much: button",
        "comfort 6",
        "6000 strokes, peak 34.5 N",
        "10 to 15 N  ######################################## 200.0 s",
        "30 to 35 N  ######## 40.0 s",
        "completed. =1+1",
        "soreness 4 of 10, a bruise, gone within 48 hours. ok",
        'you said "too much" once',
    ):
        assert words in result.out
    assert not set(result.out) & {"\x1b", "\x07"}
    assert tapote("journal", "show", 4).out.startswith("SIMULATED  Session 4")
    assert json.loads(tapote("journal", "show", 1, "--json").out)["before"]["goal"] == HOSTILE
    tapote("journal", "show", 99).refused(2, "no session 99")


def test_plan_counts_simulated_sessions_only_when_asked(tapote: Tapote, path: Path) -> None:
    filled(path)
    result = tapote("journal", "plan")
    for words in ("calf: ", "less force and drive", "tapote journal forget-adaptation calf", "no medical advice"):
        assert words in result.out
    assert "SIMULATED" not in result.out
    counted = json.loads(tapote("journal", "plan", "--json").out)
    assert counted["minutes_last_24_h"] == 0
    (region,) = counted["regions"]
    assert region["limit_scale"] < 1
    result = tapote("journal", "plan", "--simulated")
    assert result.out.startswith("SIMULATED: ")
    assert json.loads(tapote("journal", "plan", "--simulated", "--json").out)["minutes_last_24_h"] == 4


def test_a_plan_that_needs_a_doctor_says_so_first(tapote: Tapote, path: Path) -> None:
    filled(path)
    with Journal.open(path) as journal:
        journal.follow_up(3, FollowUp(datetime.now(UTC), 3, True, False))
    assert tapote("journal", "plan").out.startswith("PLEASE SEE A DOCTOR before the next session: soreness or a bruise")
    assert len(json.loads(tapote("journal", "plan", "--json").out)["see_a_doctor"]) == 1


def test_forgetting_an_adaptation_starts_as_written(tapote: Tapote, path: Path) -> None:
    filled(path)
    assert "starts as it is written" in tapote("journal", "forget-adaptation", "Calf").out
    (region,) = json.loads(tapote("journal", "plan", "--json").out)["regions"]
    assert (region["limit_scale"], region["drive_scale"]) == (1, 1)
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 4
    tapote("journal", "forget-adaptation", "elbow").refused(2)


def test_plot_writes_what_it_says(tapote: Tapote, path: Path) -> None:
    filled(path)
    picture = path.parent / "journal.svg"
    result = tapote("journal", "plot", "-o", picture)
    assert result.out == f"Picture: {picture}\n", result.err
    assert "3 sessions" in picture.read_text(encoding="utf-8")
    tapote("journal", "plot", "-o", picture, "--simulated")
    assert "PARTLY SIMULATED" in picture.read_text(encoding="utf-8")
    tapote("journal", "plot", "-o", path.parent / "x.gif").refused(2, ".png, .svg")


def test_export_to_files_and_to_stdout(tapote: Tapote, path: Path) -> None:
    filled(path)
    file = path.parent / "out.csv"
    assert "4 sessions" in tapote("journal", "export", "-o", file).out
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["notes"] for row in rows] == ["'=1+1", "", "'=1+1", "'=1+1"]
    tapote("journal", "export", "-o", file).refused(2, "is there already", "--force")
    assert tapote("journal", "export", "-o", file, "--force", "--json").code == 0
    assert len(json.loads(file.read_text(encoding="utf-8"))["sessions"]) == 4
    assert tapote("journal", "export", "--csv").out.startswith('"id","started_at"')
    for words in ((), ("--csv", "--json"), ("-o", path.parent / "x.txt")):
        tapote("journal", "export", *words).refused(2, "say which format")


def test_delete_asks_shows_what_and_deletes_nothing_without_an_answer(
    tapote: Tapote, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    for words in (("--all",), ("1", "2")):
        result = tapote("journal", "delete", *words)
        assert (result.code, "Add --yes" in result.err, "swedish" in result.err) == (2, True, True)
    tapote("journal", "delete").refused(2, "say which sessions")
    tapote("journal", "delete", "1", "77", "--yes").refused(2, "no session 77")
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 4
    assert tapote("journal", "delete", "2", "2", "--yes").out == "Deleted: 1 session.\n"
    with Journal.open(path) as journal:
        third = journal.session(3).before.started_at.astimezone().date()
    assert "nothing to delete" in tapote("journal", "delete", "--before", third - timedelta(days=30), "--yes").out
    assert tapote("journal", "delete", "--before", third, "--yes").out == "Deleted: 1 session.\n"
    assert tapote("journal", "delete", "--all", "--yes").out == "Deleted: 2 sessions.\n"
    assert tapote("journal", "delete", "--all", "--yes").out == "Deleted: 0 sessions.\n"
    content = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"aspirin" not in content


def test_no_is_an_answer(tapote: Tapote, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    result = tapote("journal", "delete", "--all")
    assert (result.code, result.out.strip()) == (1, "")
    assert result.err.endswith("Nothing was done.\n")
    assert "bug" not in result.err
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 4


def test_a_session_that_cannot_be_read_can_be_deleted(tapote: Tapote, path: Path) -> None:
    filled(path)
    with Journal.open(path) as journal:
        journal._connection.execute("UPDATE session SET answers = '{' WHERE id = 2")
    tapote("journal", "list").refused(1, "session 2 of the journal cannot be read", "tapote journal delete 2")
    result = tapote("journal", "delete", 2, "--yes")
    assert (result.out, "cannot be read" in result.err) == ("Deleted: 1 session.\n", True)
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 3


def test_follow_up_by_options(tapote: Tapote, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    tapote("journal", "follow-up").refused(2, "--soreness and --bruise", "nobody is there")
    result = tapote("journal", "follow-up", "--soreness", 3, "--bruise", "--no-gone", "--notes", "blue")
    assert "Written down for session 2" in result.out
    assert "see a doctor" in result.out
    assert "Written down for session 3" in tapote("journal", "follow-up", "--soreness", 0, "--no-bruise").out
    assert "No session waits" in tapote("journal", "follow-up").out
    assert "session 1" in tapote("journal", "follow-up", 1, "--soreness", 0, "--no-bruise").out
    tapote("journal", "follow-up", 1, "--soreness", 11, "--no-bruise").refused(2, "soreness_0_10: 11", "0 to 10")
    with Journal.open(path) as journal:
        found = journal.session(2).follow_up
    assert found is not None
    assert (found.soreness_0_10, found.bruise, found.gone_within_48h, found.notes) == (3, True, False, "blue")


def test_follow_up_asks_what_the_options_do_not_say(
    tapote: Tapote, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    asked: list[str] = []

    def prompt(question: str, *, value_proc: object, err: bool) -> object:
        asked.append(question)
        assert callable(value_proc)
        for wrong in ("11", "-1", "x", "", "3.5"):
            with pytest.raises(typer.BadParameter):
                value_proc(wrong)
        return value_proc(" 4 ")

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return "gone" in question

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(typer, "confirm", confirm)
    result = tapote("journal", "follow-up", 2)
    assert "Session 2: calf, " in result.err
    assert [words.split()[0] for words in asked] == ["How", "Was", "Was"]
    with Journal.open(path) as journal:
        found = journal.session(2).follow_up
    assert found is not None
    assert (found.soreness_0_10, found.bruise, found.gone_within_48h, found.saw_doctor) == (4, False, True, False)


def test_rescue_of_a_damaged_journal(tapote: Tapote, path: Path) -> None:
    filled(path)
    with Journal.open(path) as journal:
        backup.make(journal._connection, path)
    tapote("journal", "rescue").refused(1, "is whole")
    whole = path.read_bytes()
    os.truncate(path, 5000)
    told = json.loads(tapote("journal", "rescue", "--json").out)
    assert (told["from_copy"], told["from_damaged"], bool(told["aside"])) == (4, 0, True)
    path.write_bytes(whole[:5000])
    tapote("journal", "list").refused(1, "damaged", "tapote journal rescue")
    result = tapote("journal", "rescue")
    assert "4 sessions from the copy" in result.out, result.err
    assert ".damaged-" in result.out
    assert len(json.loads(tapote("journal", "list", "--json").out)) == 4


def test_a_journal_that_needs_tidying_up_is_read_all_the_same(tapote: Tapote, path: Path, tmp_path: Path) -> None:
    """An older schema, or what a kill has left: looking brings it in order first."""
    filled(path)
    with Journal.open(path) as journal:
        journal._connection.execute("PRAGMA wal_autocheckpoint = 0")
        journal.begin(Before(datetime.now(UTC), "thigh"))
        killed = tmp_path / "killed"
        killed.mkdir()
        for name in (path.name, path.name + "-wal"):
            (killed / name).write_bytes((path.parent / name).read_bytes())
    found = json.loads(tapote("journal", "list", "--json", "--journal", killed / path.name).out)
    assert len(found) == 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb", "a b"),
        ("\x1b]0;title\x07", "?]0;title?"),
        ("\x9b31m", "?31m"),
        ("a\u202eb", "a?b"),
        ("é ü", "é ü"),
    ],
)
def test_text_of_a_journal_cannot_drive_the_terminal(text: str, shown: str) -> None:
    assert journal_pages.plain(text) == shown
