"""The picture of the body map: every place by name, the chosen one set apart by more than colour, the docs current."""

import struct
from pathlib import Path

import pytest

from host_tools import regions_reference
from host_tools.body_map import pain_areas
from host_tools.paths import repo_or_data
from host_tools.plot_body import CALM, CHOSEN, caption, save_map
from host_tools.regions import get_region, region_names


def drawn(folder: Path, selected: str = "") -> str:
    """The text of the SVG."""
    path = folder / "map.svg"
    save_map([path], selected=selected)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    return drawn(tmp_path_factory.mktemp("map"))


def test_every_place_stands_there_by_name(plain: str) -> None:
    for area in pain_areas():
        assert f">{area.title}</text>" in plain
    for number in range(1, 11):
        assert f">{number}</text>" in plain
    for words in (">front</text>", ">back</text>", ">never</text>", "allowed, up to its limits", "implants, wounds"):
        assert words in plain


def test_what_is_never_allowed_is_hatched_not_only_coloured(plain: str) -> None:
    assert "<pattern" in plain
    assert plain.count("url(#h") > 25  # 15 places and their mirror images


def test_nothing_is_set_apart_when_nothing_is_chosen(plain: str) -> None:
    assert CALM.lower() in plain.lower()
    assert CHOSEN.lower() not in plain.lower()


@pytest.mark.parametrize("name", ["back_lower", "foot"])
def test_the_chosen_region_is_set_apart_and_its_limits_stand_below(name: str, tmp_path: Path) -> None:
    text, region = drawn(tmp_path, name), get_region(name)
    assert CHOSEN.lower() in text.lower()
    assert f"The {region.title} on the body" in text
    assert f"At most {region.force_mn / 1000:g} N, {region.drive_pct} % drive, {region.time_s} s on one spot." in text
    assert "font-weight: 700" in next(
        line for line in text.splitlines() if f">{region.title}</text>" in line and "11px" in line
    )


def test_every_caption_fits_into_two_lines() -> None:
    for name in region_names():
        assert len(caption(get_region(name)).splitlines()) <= 2, name
    assert len(caption(None).splitlines()) == 1


def test_a_png_has_the_size_of_all_pictures(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    save_map([path], selected="calf")
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (1200, 900)
    assert [left.name for left in tmp_path.iterdir()] == ["map.png"]


def test_the_picture_of_the_docs_is_current(plain: str) -> None:
    svg = next(picture for picture in regions_reference.PICTURES if picture.endswith(".svg"))
    kept = repo_or_data(svg).read_text(encoding="utf-8")
    assert kept == plain, "run: python -m host_tools.regions_reference --write"
