"""Export: JSON has everything, and no cell of the CSV is a formula to any spreadsheet."""

import csv
import io
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.errors import TapoteError, UsageError
from host_tools.journal import export
from host_tools.journal.records import Before, Event, Measure, SessionRecord
from tests.unit.journal import made
from tests.unit.journal.made import EXAMPLES, NOON, good, two_days_later

FORMULA_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"  # the last four are the full-width twins of the others
records = st.builds(
    SessionRecord,
    id=st.integers(1, 10**9),
    before=made.befores,
    events=st.lists(made.events, max_size=2).map(tuple),
    device=st.none() | made.summaries,
    after=st.none() | made.afters,
    follow_up=st.none() | made.follow_ups,
)


@EXAMPLES
@given(st.lists(records, max_size=3))
def test_json_has_every_field_of_every_record(some: list[SessionRecord]) -> None:
    document = json.loads(export.json_text(some))
    assert document["tapote_journal"] == 1
    for one, record in zip(document["sessions"], some, strict=True):
        assert one["id"] == record.id
        assert (
            Before(
                **one["before"]
                | {
                    "started_at": record.before.started_at,
                    "pain_areas": tuple(one["before"]["pain_areas"]),
                    "range_of_motion": one["before"]["range_of_motion"] and Measure(**one["before"]["range_of_motion"]),
                }
            )
            == record.before
        )
        assert [Event(**event) for event in one["events"]] == list(record.events)
        assert (one["device"] is None) == (record.device is None)
        assert one["after"] is None or (record.after is not None and one["after"]["notes"] == record.after.notes)
        assert (one["follow_up"] is None) == (record.follow_up is None)


@EXAMPLES
@given(st.lists(records, max_size=3))
def test_csv_reads_back_in_rows_and_columns(some: list[SessionRecord]) -> None:
    rows = list(csv.DictReader(io.StringIO(export.csv_text(some), newline="")))
    assert len(rows) == len(some)
    for row, record in zip(rows, some, strict=True):
        assert None not in row
        assert row["id"] == str(record.id)
        assert row["goal"].replace("'", "") == record.before.goal.replace("'", "")


@given(st.text(st.sampled_from("=+-@\uff1d; \t\r\n,|'\"aé0")))
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits_it(text: str) -> None:
    written = export.safe(text)
    for separator in ";,|\t\r\n":
        for part in written.split(separator):
            assert not part.strip() or part.strip()[0] not in FORMULA_STARTS
    assert export.safe(written) == written
    assert written.replace("'", "") == text.replace("'", "")


def test_numbers_stay_numbers_and_words_are_plain() -> None:
    record = good(follow_up=two_days_later(2))
    before = replace(record.before, goal="=1+1", device="serial:-x", range_of_motion=Measure(-4.5, "cm", "@reach"))
    (row,) = csv.DictReader(io.StringIO(export.csv_text([replace(record, before=before)]), newline=""))
    assert (row["goal"], row["measure"], row["measure_before"]) == ("'=1+1", "'@reach", "-4.5")
    assert (row["device"], row["simulated"], row["bruise"], row["gone_within_48h"]) == ("serial:-x", "no", "no", "")
    assert (row["pain_before_0_10"], row["pain_after_0_10"], row["soreness_0_10"]) == ("5", "3", "2")
    assert (row["started_at"], row["seconds"]) == ("2026-11-02T12:00:00+00:00", "240.0")


def test_an_empty_journal_still_has_its_columns() -> None:
    assert export.csv_text([]).startswith('"id","started_at"')
    assert json.loads(export.json_text([]))["sessions"] == []


def test_files_are_private_whole_and_never_overwritten_by_accident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.csv"
    export.save("first", path, force=False)
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="is there already") as caught:
        export.save("second", path, force=False)
    assert "--force" in caught.value.fix
    export.save("second", path, force=True)
    assert path.read_text() == "second"
    with pytest.raises(UsageError, match="is a folder"):
        export.save("x", tmp_path, force=True)
    with pytest.raises(TapoteError, match="there is no folder"):
        export.save("x", tmp_path / "none" / "x.csv", force=False)

    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(TapoteError, match="No space left"):
        export.save("third", path, force=True)
    assert [one.name for one in tmp_path.iterdir()] == ["journal.csv"]
    assert path.read_text() == "second"


def test_times_are_utc_in_both(tmp_path: Path) -> None:
    before = export.document(good())["before"]
    assert isinstance(before, dict)
    assert before["started_at"] == NOON.isoformat()
