"""`tapote profile export` and `import`: from one person's folder into another's, cut to that one's device."""

import json
from pathlib import Path

import pytest

from host_tools.profiles.library import get_profile, library_dir
from host_tools.profiles.model import load_profile
from host_tools.profiles.own import FOLDER_VARIABLE
from tests.unit.cli.conftest import Tapote

BOARD = ("--board", "pico_mosfet_fsr")
LINEAR = ("--board", "picow_drv8871_linear")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def given(tapote: Tapote, own: Path, tmp_path: Path) -> Path:
    """Deep tissue, exported under another name."""
    path = tmp_path / "given.tapote.toml"
    assert tapote("profile", "export", "deep_tissue", "--name", "deep_of_ada", "-o", path).code == 0
    return path


def test_it_arrives_as_it_was_and_is_yours(tapote: Tapote, own: Path, given: Path) -> None:
    result = tapote("profile", "import", given, *BOARD)
    assert result.code == 0, result.err
    assert "Nothing had to be cut for board pico_mosfet_fsr." in result.out
    assert "The Tapote authors, MIT" in result.out
    original = (library_dir() / "deep_tissue.toml").read_text(encoding="utf-8")
    assert (own / "deep_of_ada.toml").read_text(encoding="utf-8") == original
    assert get_profile("deep of ada") == get_profile("deep_tissue")
    listed = json.loads(tapote("profiles", "--json").out)
    assert [row["whose"] for row in listed if row["name"] == "deep_of_ada"] == ["yours"]


def test_it_is_cut_to_the_board_and_every_change_is_said(tapote: Tapote, own: Path, given: Path) -> None:
    result = tapote("profile", "import", given, *LINEAR)
    assert result.code == 0
    assert "4 changes" in result.out
    for number in range(1, 5):
        assert f"phase[{number}].limit.force_n: 50 N became 40 N, the limit of board picow_drv8871_linear" in (
            " ".join(result.out.split())
        )
    text = (own / "deep_of_ada.toml").read_text(encoding="utf-8")
    assert text.count("# was 50 N; cut to board picow_drv8871_linear") == 4
    kept, original = load_profile(own / "deep_of_ada.toml"), get_profile("deep_tissue")
    assert [phase.limit.force_n for phase in kept.phase if phase.limit is not None] == [40] * 4
    assert (kept.why, kept.stroke, kept.author) == (original.why, original.stroke, original.author)


def test_without_a_board_it_is_cut_to_the_device_as_it_is_set_now(tapote: Tapote, own: Path, given: Path) -> None:
    result = tapote("profile", "import", given, "--device", "sim:?board=picow_drv8871_linear")
    assert result.code == 0, result.err
    assert "Cut to the simulated device (picow_drv8871_linear), 4 changes:" in result.out


def test_json_says_the_same(tapote: Tapote, own: Path, given: Path) -> None:
    found = json.loads(tapote("profile", "import", given, *LINEAR, "--json").out)
    assert found["file"] == str(own / "deep_of_ada.toml")
    assert found["changes"][0] == {"path": "phase[1].limit.force_n", "before": "50", "after": "40"}


def test_another_name_or_place(tapote: Tapote, own: Path, given: Path, tmp_path: Path) -> None:
    assert tapote("profile", "import", given, *BOARD, "--name", "other").code == 0
    assert tapote("profile", "import", given, *BOARD, "-o", tmp_path / "x.toml").code == 0
    assert load_profile(own / "other.toml") == load_profile(tmp_path / "x.toml")


def test_a_name_that_is_taken_is_refused(tapote: Tapote, own: Path, given: Path, tmp_path: Path) -> None:
    tapote("profile", "import", given, *BOARD)
    tapote("profile", "import", given, *BOARD).refused(2, "already: yours", "--name")
    same = tmp_path / "same.tapote.toml"
    tapote("profile", "export", "swedish", "-o", same)
    tapote("profile", "import", same, *BOARD).refused(2, "already: the library's", "--name")
    tapote("profile", "import", same, *BOARD, "--name", "../swedish").refused(2, "cannot be the name")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("duration_s = 25", "duration_s = 250", "the hash does not fit"),
        ("tapote_share = 1", "tapote_share = 9", "of version 9"),
        ("tapote_share = 1", "share = 1", "is no shared profile"),
        ("sha256 = ", "sha = ", "sha256: missing"),
    ],
)
def test_a_damaged_file_writes_nothing(tapote: Tapote, own: Path, given: Path, old: str, new: str, words: str) -> None:
    given.write_text(given.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    tapote("profile", "import", given, *BOARD).refused(2, words)
    assert not own.exists()


def test_bad_requests_write_nothing(tapote: Tapote, own: Path, given: Path, tmp_path: Path) -> None:
    tapote("profile", "import", tmp_path / "nope.toml").refused(2, "nope.toml")
    tapote("profile", "import", given, "--board", "nope").refused(2, "nope")
    tapote("profile", "import", given, *BOARD, "--device", "sim:").refused(2, "--board and --device")
    assert not own.exists()


def test_export_needs_author_and_licence(tapote: Tapote, own: Path, tmp_path: Path) -> None:
    assert tapote("profile", "new", "--yes").code == 0
    out = tmp_path / "out.toml"
    tapote("profile", "export", "my_massage", "-o", out).refused(2, "--author", "--license")
    assert not out.exists()
    result = tapote("profile", "export", "my_massage", "--author", "Ada", "--license", "CC0-1.0", "-o", out)
    assert result.code == 0
    assert "tapote profile import out.toml" in result.out
    tapote("profile", "export", "my_massage", "--author", "Ada", "--license", "MIT", "-o", out).refused(2, "already")


def test_export_without_a_path_writes_beside_you(
    tapote: Tapote, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "swedish.tapote.toml" in tapote("profile", "export", "swedish").out
    assert (tmp_path / "swedish.tapote.toml").is_file()
    tapote("run", tmp_path / "swedish.tapote.toml").refused(2, "tapote profile import")
