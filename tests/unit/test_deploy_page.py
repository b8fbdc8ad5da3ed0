"""docs/deploy-and-tune.md lists every option of the commands that it is about, and names none that there is not."""

import re

from host_tools.paths import repo_or_data
from tests import commands

PAGE = "docs/deploy-and-tune.md"
COMMANDS = [
    "deploy",
    "backup",
    "restore",
    "erase",
    "tune",
    "get",
    "set",
    "save",
    "revert",
    "params",
    "monitor",
    "record",
    "plot",
    "blackbox",
    "virtual",
]


def test_the_table_has_every_command_with_exactly_its_options() -> None:
    text = repo_or_data(PAGE).read_text(encoding="utf-8")
    table = text.split("## Every option")[1].split("\n\n")[1]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    listed = {name.strip(" `"): set(re.findall(r"`(--[a-z-]+)`", cells)) for name, cells in rows}
    assert listed == {name: commands.long_options(name) for name in COMMANDS}


def test_every_command_line_of_the_page_uses_options_that_exist() -> None:
    text = repo_or_data(PAGE).read_text(encoding="utf-8")
    known = {name: commands.long_options(name) for name in COMMANDS}
    lines = re.findall(r"^(?:\$ )?tapote ([a-z]+)(.*?)(?:#.*)?$", text, re.MULTILINE)
    lines += re.findall(r"`tapote ([a-z]+)([^`]*)`", text)
    asked = [(name, set(re.findall(r"--[a-z-]+", rest))) for name, rest in lines if name in known]
    assert len(asked) > 25
    assert {name for name, _ in asked} >= set(COMMANDS) - {"get"}
    assert [(name, words - known[name]) for name, words in asked if words - known[name]] == []


def test_the_readme_leads_to_the_page() -> None:
    assert f"({PAGE})" in repo_or_data("README.md").read_text(encoding="utf-8")
