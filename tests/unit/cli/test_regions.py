"""`tapote regions`: the table, everything about one region, and the map on terminal and paper."""

import json
from pathlib import Path

import pytest

from host_tools.body_map import pain_areas, terminal_map
from host_tools.regions import body, get_region, region_names
from tests.unit.cli.conftest import Tapote


def test_the_table_has_every_region_with_its_caps(tapote: Tapote) -> None:
    result = tapote("regions")
    assert result.code == 0
    for number, name in enumerate(region_names(), 1):
        line = next(line for line in result.out.splitlines() if f" {name} " in line)
        region = get_region(name)
        assert line.split()[:5] == [
            str(number),
            name,
            f"{region.force_mn / 1000:g}",
            str(region.time_s),
            str(region.drive_pct),
        ]
    told = " ".join(result.out.split())
    assert all(", ".join(region.techniques) in told for region in body().regions.values())
    assert "Never: neck, head, face, spine, kidneys" in told


def test_the_table_as_json_is_the_whole_data(tapote: Tapote) -> None:
    document = json.loads(tapote("regions", "--json").out)
    assert [region["name"] for region in document["regions"]] == region_names()
    assert document["regions"][0] == json.loads(tapote("regions", "show", "back_upper", "--json").out)
    assert set(document["never"]) == {entry.place for entry in body().never.values()}
    calf = get_region("calf")
    shown = json.loads(tapote("regions", "show", "calf", "--json").out)
    assert shown["force_mn"] == calf.force_mn
    assert shown["range_of_motion"]["smallest_change"] == calf.range_of_motion.smallest_change == 1.9
    assert len(shown["stretches"]) == len(calf.stretches)


def test_json_in_the_wrong_place_is_not_ignored(tapote: Tapote) -> None:
    tapote("regions", "--json", "show", "calf").refused(2, "--json stands before show", "regions show ... --json")


@pytest.mark.parametrize("name", region_names())
def test_show_tells_everything(tapote: Tapote, name: str) -> None:
    result = tapote("regions", "show", name)
    assert result.code == 0
    told, region = " ".join(result.out.split()), get_region(name)
    measure = region.range_of_motion
    texts = [
        region.title,
        region.move,
        region.sit,
        region.keep_off,
        region.techniques_why,
        measure.title,
        measure.source,
    ]
    texts += [f"{region.force_mn / 1000:g} N", *measure.how, measure.change_text]
    texts += [words for stretch in region.stretches for words in (stretch.name, stretch.steps, stretch.dose_text)]
    assert [text for text in texts if text not in told] == []


@pytest.mark.parametrize(("command", "option"), [("show", ()), ("map", ("--region",))])
def test_a_place_that_is_never_allowed_is_refused_with_its_reason(
    tapote: Tapote, command: str, option: tuple[str, ...]
) -> None:
    tapote("regions", command, *option, "neck").refused(2, "never used on the neck", "torn vertebral artery")
    tapote("regions", command, *option, "calff").refused(2, '"calff" is unknown', 'Did you mean "calf"?')


def test_the_map_in_the_terminal(tapote: Tapote) -> None:
    assert tapote("regions", "map").out.splitlines() == terminal_map()
    assert tapote("regions", "map", "--region", "Upper Back").out.splitlines() == terminal_map("back_upper")


def test_the_map_as_a_picture(tapote: Tapote, tmp_path: Path) -> None:
    picture = tmp_path / "map.svg"
    result = tapote("regions", "map", "-o", picture, "--region", "calf")
    assert (result.code, result.out) == (0, f"Picture: {picture}\n")
    assert "The calf on the body" in picture.read_text(encoding="utf-8")


def test_the_map_as_json_says_what_is_never_allowed(tapote: Tapote, tmp_path: Path) -> None:
    document = json.loads(tapote("regions", "map", "--json").out)
    assert (document["picture"], document["selected"]) == (None, None)
    assert [area["number"] for area in document["areas"]] == [area.number for area in pain_areas()]
    neck = next(area for area in document["areas"] if area["name"] == "neck")
    assert neck["allowed"] is False
    assert neck["reason"].startswith("Tapote is never used on the neck")
    picture = tmp_path / "map.png"
    document = json.loads(tapote("regions", "map", "-o", picture, "--region", "foot", "--json").out)
    assert (document["picture"], document["selected"]) == (str(picture), "foot")
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "words"),
    [("map.gif", ".png, .svg"), ("none/map.png", "there is no folder"), (".", "must be one of")],
)
def test_a_picture_that_cannot_be_written(tapote: Tapote, tmp_path: Path, name: str, words: str) -> None:
    tapote("regions", "map", "-o", tmp_path / name).refused(2, "--out ", words)
    assert list(tmp_path.iterdir()) == []
