"""Recordings: whole to the last line whatever happens, and everything lost is counted."""

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from host_tools.errors import TapoteError, UsageError
from host_tools.messages import Telemetry
from host_tools.recording import COLUMNS, Recorder, read

RECORD = Telemetry(0.0, 1000, 4, 0, 1, 0, 1400, 1408, 300, 1000, 12345, 23456, 50000, 950, 11800, 245, 7, 26, 6, 0, 505)


def stream(count: int, **changes: int) -> list[Telemetry]:
    return [replace(RECORD, time_ms=1000 + 20 * at, **changes) for at in range(count)]


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    recorder = Recorder(path, {"board": "b", "profile": "p"})
    recorder.add(stream(3), damaged=0)
    recorder.close()
    back = read(path)
    assert back.header == {"tapote_recording": 1, "board": "b", "profile": "p"}
    assert back.columns["time_s"] == [0.0, 0.02, 0.04]
    assert back.columns["force_mn"] == [12345.0] * 3
    assert (back.cut, back.lost, back.title) == (False, 0, "p")
    assert list(back.columns) == list(COLUMNS)


def test_the_first_line_is_one_comment_of_json(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    Recorder(path, {"profile": "zwölf\nZeilen"}).close()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0].removeprefix("# "))["profile"] == "zwölf\nZeilen"


def test_drops_and_damage_are_counted_over_every_wrap(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.csv", {})
    recorder.add([replace(RECORD, time_ms=2**30 - 10, dropped=65530)], damaged=3)
    recorder.add([replace(RECORD, time_ms=10, dropped=4)], damaged=5)
    recorder.close()
    back = read(tmp_path / "a.csv")
    assert back.columns["time_s"] == [0.0, 0.02]
    assert back.columns["lost"] == [0.0, 10.0 + 2.0]


def test_a_file_that_is_there_is_not_touched_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        Recorder(path, {})
    assert path.read_text() == "mine"
    Recorder(path, {}, force=True).close()
    assert path.read_text().startswith("# {")


@pytest.mark.parametrize("place", ["no/such/folder/a.csv", "."])
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match=r"there is no folder|this is a folder"):
        Recorder(tmp_path / place, {}, force=True)


def test_a_full_disk_keeps_what_came_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    recorder = Recorder(path, {})
    recorder.add(stream(2), damaged=0)

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("host_tools.recording.os.write", full)
        with pytest.raises(TapoteError, match="it holds the 2 records before"):
            recorder.add(stream(1), damaged=0)
    recorder.close()
    assert len(read(path).columns["lost"]) == 2


def test_a_killed_recorder_leaves_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "import host_tools\n"
        "from host_tools.recording import Recorder\n"
        "from tests.unit.watching.test_recording import stream\n"
        "recorder = Recorder(Path(sys.argv[1]), {})\n"
        "for _ in range(5): recorder.add(stream(50), damaged=0)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={**os.environ}, cwd=Path.cwd())
    assert done.returncode == -signal.SIGKILL
    back = read(path)
    assert len(back.columns["lost"]) == 250
    assert not back.cut


def test_a_line_cut_short_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    recorder = Recorder(path, {})
    recorder.add(stream(3), damaged=0)
    recorder.close()
    whole = path.read_text()
    path.write_text(whole[:-7])
    back = read(path)
    assert back.cut
    assert len(back.columns["lost"]) == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no recording of Tapote"),
        ("hello\n", "no recording of Tapote"),
        ("# {broken\n", "no recording of Tapote"),
        ('# {"tapote_recording": 2}\n', "of format 2"),
        ('# {"tapote_recording": 1}\na,b\n', "line 2"),
        ('# {"tapote_recording": 1}\n' + ",".join(COLUMNS) + "\n", "holds no records"),
        ('# {"tapote_recording": 1}\n' + ",".join(COLUMNS) + "\n1,2,3\n", "line 3"),
        ('# {"tapote_recording": 1}\n' + ",".join(COLUMNS) + "\n" + ",".join("x" * len(COLUMNS)) + "\n", "line 3"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_place(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=word):
        read(path)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not text"):
        read(tmp_path / "a.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.csv")
