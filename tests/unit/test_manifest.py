"""The list of what stands on a board: host and firmware read it alike, and neither falls over what it finds there."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import manifest
from host_tools.manifest import Fingerprint, Manifest
from tapote import manifest as on_board

FILES = {"main.py": b"x = 1\n", "board.json": b"{}", "tapote/app.mpy": bytes(range(256)) * 20, "tapote/units.mpy": b""}

names = st.from_regex(r"[a-z_]{1,12}(\.(py|mpy|json))?", fullmatch=True).filter(manifest.is_path)
paths = st.one_of(names, names.map("tapote/".__add__))
contents = st.dictionaries(paths, st.binary(max_size=3000), max_size=8)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tapote").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "manifest.json").write_bytes(Manifest.of(FILES).to_bytes())
    return tmp_path


@given(contents, st.frozensets(paths, max_size=5))
def test_a_manifest_reads_back_as_it_was_written(files: dict[str, bytes], stale: frozenset[str]) -> None:
    made = Manifest.of(files, stale)
    assert manifest.parse(made.to_bytes()) == made
    assert made.to_bytes() == Manifest.of(dict(reversed(files.items())), stale).to_bytes()
    assert made.paths == files.keys() | stale


@given(st.binary(max_size=400))
def test_any_bytes_are_a_manifest_or_not_but_never_an_error(data: bytes) -> None:
    assert manifest.parse(data) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {"schema": st.sampled_from([1, 1, 1, 2, "1", None])},
        optional={"files": st.dictionaries(st.text(max_size=20), json_values) | json_values, "stale": json_values},
    )
)
def test_any_json_is_a_manifest_of_safe_paths_or_none(document: dict[str, object]) -> None:
    read = manifest.parse(json.dumps(document).encode())
    assert read is None or all(manifest.is_path(path) for path in read.paths)


@given(contents.filter(bool), st.data())
def test_one_damaged_byte_never_gives_another_list_of_longer_reach(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    """A flipped byte can change a name or a hash (then the board's check fails), but never lead out of the root."""
    raw = bytearray(Manifest.of(files).to_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    read = manifest.parse(bytes(raw))
    assert read is None or all(manifest.is_path(path) for path in read.paths)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/main.py",
        "../x",
        "a/../b",
        "a//b",
        ".",
        "..",
        "manifest.json",
        "manifest.new",
        "a b",
        "ü.py",
        "x" * 65,
        "a'",
    ],
)
def test_paths_that_must_never_be_touched(name: str) -> None:
    assert not manifest.is_path(name)
    text = json.dumps({"schema": 1, "files": {name: [0, Fingerprint.of(b"").sha256]}})
    assert manifest.parse(text.encode()) is None
    assert manifest.parse(json.dumps({"schema": 1, "files": {}, "stale": [name]}).encode()) is None


def test_deep_and_long_documents_are_none() -> None:
    assert manifest.parse(b"[" * 100_000) is None
    many = {f"f{index}": [0, Fingerprint.of(b"").sha256] for index in range(201)}
    assert manifest.parse(json.dumps({"schema": 1, "files": many}).encode()) is None


# -- the board's own check ---------------------------------------------------------------------------------------------


def test_the_board_finds_whole_files_whole(root: Path) -> None:
    assert on_board.check(f"{root}/") == ""
    assert (on_board.NAME, on_board.SCHEMA) == (manifest.NAME, manifest.SCHEMA)


def test_files_that_are_not_the_firmwares_do_not_matter(root: Path) -> None:
    (root / "settings.a").write_bytes(b"1")
    (root / "my_notes.txt").write_bytes(b"2")
    (root / "lib").mkdir()
    assert on_board.check(f"{root}/") == ""


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_board_finds_each_missing_or_changed_file(root: Path, name: str) -> None:
    (root / name).write_bytes(FILES[name] + b" ")
    assert on_board.check(f"{root}/") == f"{name} is not the file that was deployed"
    (root / name).unlink()
    assert "a file is missing" in on_board.check(f"{root}/")


def test_a_source_that_would_be_imported_before_its_module_is_found(root: Path) -> None:
    (root / "tapote" / "app.py").write_bytes(b"")
    assert on_board.check(f"{root}/") == "tapote/app.py does not belong there"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", "{}", '{"schema":1}', '{"schema":2,"files":{}}', '{"schema":1,"files":{"main.py":7}}'],
)
def test_the_board_does_not_fall_over_a_broken_manifest(root: Path, text: str) -> None:
    (root / "manifest.json").write_text(text)
    assert on_board.check(f"{root}/") != ""


def test_no_manifest_is_found(root: Path) -> None:
    (root / "manifest.json").unlink()
    assert "a file is missing" in on_board.check(f"{root}/")
