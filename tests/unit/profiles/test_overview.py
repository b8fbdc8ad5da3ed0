"""The page of techniques and its picture are made from the profiles, and a stale one is found."""

from pathlib import Path

from host_tools import reference
from host_tools.paths import repo_or_data
from host_tools.profiles import overview
from host_tools.profiles.library import get_profile, list_profiles


def described(path: Path) -> str:
    """The description that a PNG carries, read from its text chunk: length, "tEXt", keyword, 0, text."""
    data = path.read_bytes()
    at = data.index(b"tEXtDescription\0")
    size = int.from_bytes(data[at - 4 : at], "big")
    return data[at + 4 : at + 4 + size].split(b"\0", 1)[1].decode()


def test_the_page_is_current_and_has_every_profile() -> None:
    text = repo_or_data(overview.PAGE).read_text(encoding="utf-8")
    assert text == reference.update(text, overview.BLOCKS), "run: make techniques"
    for name in list_profiles():
        assert f"`tapote run {name}`" in text
        assert get_profile(name).feels.split()[-1] in text


def test_the_picture_was_drawn_from_the_profiles_as_they_are() -> None:
    picture = repo_or_data(overview.PICTURE)
    assert described(picture) == overview.fingerprint(), "run: make techniques"
    assert picture.stat().st_size < 400_000
    assert f"]({picture.parent.name}/{picture.name})" in repo_or_data(overview.PAGE).read_text(encoding="utf-8")


def test_a_new_picture_carries_the_fingerprint(tmp_path: Path) -> None:
    overview.draw(tmp_path / "new.png")
    assert described(tmp_path / "new.png") == overview.fingerprint()


def test_a_profile_named_after_its_technique_comes_first() -> None:
    groups = overview.by_technique()
    assert groups["swedish"][0] == "swedish"
    assert sorted(name for names in groups.values() for name in names) == list_profiles()
