"""Every page of the documentation: its links lead somewhere, and its commands exist."""

import re
from pathlib import Path

import pytest

from host_tools.paths import repo_or_data
from host_tools.profiles.library import list_profiles
from tests import commands

PAGES = sorted([repo_or_data("README.md"), repo_or_data("boards/README.md"), *repo_or_data("docs").glob("*.md")])


def anchors(page: Path) -> set[str]:
    """What a heading is linked by: small letters, spaces as hyphens, no punctuation."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name if page.parent.name != "boards" else "boards")
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(target)
    assert not dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name if page.parent.name != "boards" else "boards")
def test_commands_and_options_are_those_of_the_program(page: Path) -> None:
    known = commands.options()
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?tapote ([^\n#]*)", text.replace("\\\n", " "), re.MULTILINE)
    lines += re.findall(r"`(?:\.venv/bin/)?tapote ([^`\n]*)`", text)
    wrong = []
    for line in lines:
        words = re.sub(r"\"[^\"]*\"|'[^']*'", "TEXT", line).removeprefix("    tapote ").split()
        name = words[0] if words else ""
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
            continue  # an option of the program itself, or prose
        if len(words) > 1 and f"{name} {words[1]}" in known:
            name = f"{name} {words[1]}"
        options = {word.split("=")[0].rstrip(",.;:)") for word in words if word.startswith("--")}
        if name not in known or options - known[name] - {"--help"}:
            wrong.append(line)
    assert not wrong


def test_the_users_guide_names_every_massage_of_the_library() -> None:
    guide = repo_or_data("docs/users-guide.md").read_text(encoding="utf-8")
    assert [name for name in list_profiles() if f"`{name}`" not in guide] == []
