"""docs/flash-and-doctor.md names every finding that the doctor can make, and no other."""

import ast
import re

from host_tools import doctor, doctor_device
from host_tools.doctor_device import NOTES
from host_tools.paths import repo_or_data


def made(module: object) -> set[str]:
    """Words of a finding's form in a module's source."""
    path = getattr(module, "__file__", "")
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)+", word)} | {"bootsel", "silent", "garbage"}


OK_ONLY = {"board-file", "force-sensor"}  # checks, told by these names only when all is well


def test_the_page_lists_every_finding() -> None:
    text = repo_or_data("docs/flash-and-doctor.md").read_text(encoding="utf-8")
    table, notes = text.split("| finding |")[1].split("Notes (not problems)")
    first_columns = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    listed = set(re.findall(r"`([a-z-]+)`", first_columns + notes.split("\n\n")[0]))
    assert listed == (made(doctor) | made(doctor_device)) - OK_ONLY
    assert set(NOTES) <= listed
