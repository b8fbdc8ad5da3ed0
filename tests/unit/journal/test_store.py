"""Class Journal: everything reads back as it was written, and questions about the past get the right sessions."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import TapoteError, UsageError
from host_tools.journal.records import After, Before, DeviceSummary, Event, FollowUp, Measure
from host_tools.journal.store import Journal
from tests.unit.journal import made
from tests.unit.journal.made import DAY, NOON


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """One journal for all examples: each begins a session of its own."""
    with Journal.open(tmp_path_factory.mktemp("journal") / "j.sqlite3") as opened:
        yield opened


@made.EXAMPLES
@given(
    before=made.befores,
    events=st.lists(made.events, max_size=4),
    summary=st.none() | made.summaries,
    after=st.none() | made.afters,
    follow_up=st.none() | made.follow_ups,
)
def test_what_is_written_reads_back(
    shared: Journal,
    before: Before,
    events: list[Event],
    summary: DeviceSummary | None,
    after: After | None,
    follow_up: FollowUp | None,
) -> None:
    number = shared.begin(before)
    for event in events:
        shared.event(number, event.at_s, event.kind, event.detail, event.value)
    if summary is not None:
        shared.device_summary(number, summary)
    if after is not None:
        shared.after(number, after)
    if follow_up is not None:
        shared.follow_up(number, follow_up)
    with Journal.open(shared.path, read_only=True) as journal:
        record = journal.session(number)
    # In an hour that a clock goes through twice, Python calls the same moment in two zones unequal: so both in UTC.
    assert record.before == replace(before, started_at=before.started_at.astimezone(UTC))
    assert record.events == tuple(sorted(events, key=lambda event: event.at_s))  # a stable sort, as the journal's
    assert record.device == summary
    assert record.after == (after and replace(after, ended_at=after.ended_at.astimezone(UTC)))
    assert record.follow_up == (follow_up and replace(follow_up, at=follow_up.at.astimezone(UTC)))
    assert record.before.started_at.tzinfo == UTC


def test_what_is_written_again_replaces(journal: Journal) -> None:
    """A device that vanishes leaves the last summary that was written."""
    number = journal.begin(Before(NOON, "calf"))
    for run_s in (1.0, 2.0, 3.0):
        journal.device_summary(number, DeviceSummary(run_s))
    journal.after(number, After(NOON, False))
    journal.after(number, After(NOON, True, notes="better"))
    journal.follow_up(number, FollowUp(NOON + 2 * DAY, 5))
    journal.follow_up(number, FollowUp(NOON + 2 * DAY, 1))
    record = journal.session(number)
    assert record.device == DeviceSummary(3.0)
    assert record.after == After(NOON, True, notes="better")
    assert record.follow_up == FollowUp(NOON + 2 * DAY, 1)


def test_a_session_that_is_not_there_is_told_and_nothing_is_written(journal: Journal) -> None:
    for call in (
        lambda: journal.session(7),
        lambda: journal.event(7, 1, "note"),
        lambda: journal.device_summary(7, DeviceSummary(1)),
        lambda: journal.after(7, After(NOON, True)),
        lambda: journal.follow_up(7, FollowUp(NOON, 0)),
        lambda: journal.delete([7]),
    ):
        with pytest.raises(UsageError, match="no session 7") as caught:
            call()
        assert "tapote journal list" in caught.value.fix
    with pytest.raises(UsageError, match="allowed too_much"):
        journal.event(7, 1, "sneeze")


def test_sessions_are_found_by_region_time_and_device(journal: Journal) -> None:
    journal.begin(Before(NOON + DAY, "calf"))
    journal.begin(Before(NOON, "thigh"))
    journal.begin(Before(NOON + 2 * DAY, "calf", simulated=True))
    assert [record.id for record in journal.sessions()] == [2, 1, 3]  # by start, not by number
    assert [record.id for record in journal.sessions(region="calf")] == [1, 3]
    assert [record.id for record in journal.sessions(since=NOON + DAY)] == [1, 3]
    assert [record.id for record in journal.sessions(simulated=False)] == [2, 1]
    assert [record.id for record in journal.sessions("calf", NOON, simulated=True)] == [3]


@pytest.mark.parametrize(
    ("hours", "due"), [(0, False), (47.9, False), (48, True), (14 * 24 - 0.1, True), (14 * 24, False)]
)
def test_a_follow_up_is_due_from_48_hours_to_14_days(journal: Journal, hours: float, due: bool) -> None:
    number = journal.begin(Before(NOON, "calf"))
    journal.begin(Before(NOON, "calf", simulated=True))
    now = NOON + timedelta(hours=hours)
    assert [record.id for record in journal.follow_ups_due(now)] == ([number] if due else [])
    journal.follow_up(number, FollowUp(now, 0))
    assert journal.follow_ups_due(now) == []


def test_minutes_and_last_end_count_real_sessions_of_the_last_24_hours(journal: Journal) -> None:
    assert (journal.minutes_today(NOON), journal.last_end(NOON)) == (0, None)
    for at, minutes, simulated in ((-25, 1, False), (-23, 2, False), (-1, 4, False), (-0.5, 8, True), (1, 16, False)):
        number = journal.begin(Before(NOON + timedelta(hours=at), "calf", simulated=simulated, planned_s=900))
        journal.device_summary(number, DeviceSummary(minutes * 60))
    assert journal.minutes_today(NOON) == 2 + 4
    assert journal.last_end(NOON) == NOON - timedelta(hours=1) + timedelta(minutes=4)


def test_deleting_takes_everything_of_a_session_from_every_file(journal: Journal, path: Path) -> None:
    secrets = [f"secret-{name}" for name in ("goal", "event", "notes", "later", "answer")]
    number = journal.begin(Before(NOON, "calf", goal=secrets[0], answers={"q": secrets[4]}))
    journal.event(number, 1, "note", secrets[1])
    journal.device_summary(number, DeviceSummary(1))
    journal.after(number, After(NOON, True, notes=secrets[2]))
    journal.follow_up(number, FollowUp(NOON, 0, notes=secrets[3]))
    kept = journal.begin(Before(NOON + DAY, "thigh", goal="public"))
    path.with_name(f".{path.name}.1.part").write_text(secrets[0])  # a copy that a kill has left half done
    assert journal.delete([number]) == 1
    assert [record.id for record in journal.sessions()] == [kept]
    for file in path.parent.iterdir():
        content = file.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], file.name
    assert b"public" in path.with_name(path.name + ".backup").read_bytes()


def test_deleting_by_date_and_everything_and_numbers_are_not_given_again(journal: Journal, path: Path) -> None:
    for days in range(4):
        journal.begin(Before(NOON + days * DAY, "calf"))
    with pytest.raises(UsageError, match="no session 9"):
        journal.delete([1, 9])
    assert len(journal.sessions()) == 4
    assert journal.numbers() == [1, 2, 3, 4]
    assert journal.numbers(NOON + 2 * DAY) == [1, 2]
    assert journal.delete(before=NOON + DAY) == 1
    assert journal.delete([4], before=NOON + 2 * DAY) == 2
    damaged = path.with_name(path.name + ".damaged-1")
    damaged.write_text("old")
    assert journal.delete(everything=True) == 1
    assert not damaged.exists()
    assert journal.sessions() == []
    assert journal.begin(Before(NOON, "calf")) == 5


def test_forgetting_an_adaptation_hides_older_sessions_and_deletes_none(journal: Journal) -> None:
    for days in range(3):
        journal.begin(Before(NOON + days * DAY, "calf"))
    journal.begin(Before(NOON, "thigh"))
    journal.begin(Before(NOON + 2 * DAY, "calf", simulated=True))
    assert [record.id for record in journal.adaptation_history("calf")] == [1, 2, 3]
    journal.forget_adaptation("calf", NOON)
    journal.forget_adaptation("calf", NOON + 1.5 * DAY)
    assert [record.id for record in journal.adaptation_history("calf")] == [3]
    assert [record.id for record in journal.adaptation_history("calf", simulated=True)] == [3, 5]
    assert [record.id for record in journal.adaptation_history("thigh")] == [4]
    assert len(journal.sessions()) == 5


def test_what_another_program_has_spoilt_is_told_with_its_number(journal: Journal) -> None:
    number = journal.begin(Before(NOON, "calf", range_of_motion=Measure(1, "cm", "x")))
    for column, value in (("pain_0_10", 99), ("answers", "{"), ("started_at", "yesterday"), ("simulated", 3)):
        before = journal._connection.execute(f"SELECT {column} FROM session").fetchone()[0]
        journal._connection.execute(f"UPDATE session SET {column} = ?", (value,))
        with pytest.raises(TapoteError, match=f"session {number} of the journal cannot be read") as caught:
            journal.sessions()
        assert f"tapote journal delete {number}" in caught.value.fix
        journal._connection.execute(f"UPDATE session SET {column} = ?", (before,))
    journal._connection.execute("UPDATE session SET answers = '{' ")
    assert journal.delete([number]) == 1


def test_text_in_another_encoding_is_still_text(journal: Journal) -> None:
    journal.begin(Before(NOON, "calf"))
    journal._connection.execute("UPDATE session SET goal = CAST(x'6772fc6e' AS TEXT)")  # Latin-1
    assert journal.session(1).before.goal == "gr\N{REPLACEMENT CHARACTER}n"


def test_the_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "j.sqlite3"
    with Journal.open(path) as journal:
        journal.begin(Before(NOON, "calf"))
        if os.name == "posix":
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
            assert set(modes.values()) == {0o600}
            assert len(modes) == 4  # with its log, its index and its copy


def test_a_file_that_others_could_read_becomes_private(journal: Journal, path: Path) -> None:
    path.chmod(0o644)
    Journal.open(path).close()
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_JOURNAL", str(tmp_path / "mine"))
    with Journal.open() as journal:
        assert journal.path == (tmp_path / "mine").resolve()
    monkeypatch.setenv("TAPOTE_JOURNAL", "")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / name)
    with Journal.open() as journal:
        assert journal.path == (tmp_path / "tapote" / "journal.sqlite3").resolve()


def test_what_the_disk_must_hold_before_a_call_returns(journal: Journal) -> None:
    """SQLite's own words: 2 is FULL, 1 is NORMAL. An event must not wait for the disk, everything else must."""

    def pragma(name: str) -> object:
        return journal._connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("foreign_keys"), pragma("secure_delete")) == ("wal", 1, 1)
    number = journal.begin(Before(NOON, "calf"))
    assert pragma("synchronous") == 2
    journal.event(number, 1, "note")
    assert pragma("synchronous") == 1
    journal.after(number, After(NOON, True))
    assert pragma("synchronous") == 2


@pytest.mark.parametrize("name", ["a?b#c%20d.sqlite3", "späße 😀.sqlite3", "x" * 200])
def test_odd_names_of_files(tmp_path: Path, name: str) -> None:
    with Journal.open(tmp_path / name) as journal:
        journal.begin(Before(NOON, "calf"))
    with Journal.open(tmp_path / name, read_only=True) as journal:
        assert len(journal.sessions()) == 1
    assert sorted(one.name for one in tmp_path.iterdir() if not one.name.endswith(("-shm", "-wal"))) == [
        name,
        name + ".backup",
    ]


def test_a_relative_name_stays_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Journal.open(Path("j.sqlite3")) as journal:
        monkeypatch.chdir("/")
        assert journal.begin(Before(NOON, "calf")) == 1
        assert journal.delete([1]) == 1
    assert (tmp_path / "j.sqlite3.backup").is_file()
