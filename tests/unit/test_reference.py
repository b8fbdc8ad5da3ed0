"""Reference pages are what the models make of them, and the tool that keeps them says when they are not."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from host_tools import board_reference, reference, regions_reference
from host_tools.board_model import Board
from host_tools.fields import walk
from host_tools.paths import repo_or_data
from host_tools.profiles import reference as profile_reference
from host_tools.profiles.model import Profile

PAGES = [
    (board_reference.PAGE, board_reference.BLOCKS, "host_tools.board_reference"),
    (profile_reference.PAGE, profile_reference.BLOCKS, "host_tools.profiles.reference"),
    (regions_reference.PAGE, regions_reference.BLOCKS, "host_tools.regions_reference"),
]


@pytest.mark.parametrize(("page", "blocks", "module"), PAGES)
def test_a_page_is_current(page: str, blocks: Mapping[str, Callable[[], str]], module: str) -> None:
    text = repo_or_data(page).read_text(encoding="utf-8")
    assert text == reference.update(text, blocks), f"run: python -m {module} --write"
    assert all(f"<!-- generated: {name} -->" in text for name in blocks)


@pytest.mark.parametrize(("page", "model"), [(board_reference.PAGE, Board), (profile_reference.PAGE, Profile)])
def test_every_key_has_its_row_with_an_effect(page: str, model: type[Board] | type[Profile]) -> None:
    text = repo_or_data(page).read_text(encoding="utf-8")
    for doc in walk(model):
        assert doc.effect, doc.path
        assert f"| `{doc.path.rpartition('.')[2]}` |" in text
        assert doc.effect.replace("|", "\\|") in text


def test_a_stale_page_is_reported_and_then_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("by hand\n<!-- generated: x -->\nold\n<!-- end: x -->\nby hand too\n", encoding="utf-8")
    blocks = {"x": lambda: "new"}
    assert reference.main(page, blocks, []) == 1
    assert "--write" in capsys.readouterr().err
    assert reference.main(page, blocks, ["--write"]) == 0
    assert page.read_text(encoding="utf-8") == (
        "by hand\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nby hand too\n"
    )
    assert reference.main(page, blocks, []) == 0


def test_section_headings_read_as_they_are_typed() -> None:
    assert reference.section_heading("") == "Top of the file"
    assert reference.section_heading("motor(crank)") == '`[motor]`, `kind = "crank"`'
    assert reference.section_heading("phase[].limit") == "`[[phase]]` `limit`"
