"""The house rules of docs and design, checked by reading the source: who may import whom, and what no file may contain.

`EDGES` is the whole list of imports between firmware modules. A new edge is a decision: add it here, with a reason, in
the commit that needs it.
"""

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tapote import params

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
HOST = ROOT / "host_tools"
TESTS = ROOT / "tests"
MAX_LINES = 250

# Pure data and pure functions: everyone but the kernel may use them, on the device and on the host.
PURE = {"params", "faults", "wire", "waves", "units", "states", "setup"}
# Texts that only the host reads: never deployed, never imported by the firmware.
HOST_TEXTS = {"words", "field_names"}
# For the type checker only: never imported at run time, never deployed.
TYPES_ONLY = {"hal", "dialect"}
HARDWARE = {"machine", "rp2", "time", "umachine", "utime"}
# hal_rp2 is the HAL. fed_pwm is its PIO program, a page of its own. boot.py must put the motor pin to its safe level
# even when the package beside it is half-copied, so it reaches for the register itself.
# wires.py is the part of the HAL that only boards with optional lights get.
HARDWARE_USERS = {"hal_rp2": HARDWARE, "fed_pwm": {"machine", "rp2"}, "boot": {"machine"}, "wires": {"machine", "rp2"}}
# One viper function: cut in two it would pay microseconds for a call in every tick, and viper inlines only the slot
# constants of its own file.
LONG_FILES = {FIRMWARE / "tapote" / "kernel.py": 410}

EDGES: dict[str, set[str]] = {
    "boot": set(),
    "main": {"hal_rp2", "app", "manifest", "loader"},
    "app": {"controls", "session", "safety", "program", "setpoints", "server", "panel", "settings", "blackbox"}
    | {"calibration", "dose", "keeper", "loader", "notes", "selftest", "usage"}
    | PURE,
    "server": {"telemetry", "outbox", "programs", "loader"} | PURE,
    "outbox": PURE,
    "settings": {"storage"} | PURE,
    "calibration": {"storage"} | PURE,
    "usage": {"storage"} | PURE,
    "programs": {"program", "storage"} | PURE,
    "blackbox": PURE,
    "controls": {"panel"} | PURE,
    "setpoints": PURE,
    "telemetry": PURE,
    "session": PURE,
    "safety": {"motor_guard", "power_guard"} | PURE,
    "power_guard": PURE,
    "motor_guard": {"ripple", "stall"} | PURE,
    "stall": PURE,
    "ripple": PURE,
    "program": PURE,
    "storage": PURE,
    "panel": PURE,
    "pixels": {"panel"} | PURE,
    "oled": {"panel"} | PURE,
    "wires": {"pixels", "oled"},  # where the board file names such parts
    "dose": PURE,
    "keeper": PURE,
    "loader": {"programs", "tapote"} | PURE,  # the package itself, which holds its modules
    "selftest": PURE,
    "words": set(),
    "field_names": {"wire"},
    # The hard timer calls the tick itself: a call by way of another module would cost microseconds in every tick.
    "hal_rp2": {"kernel", "fed_pwm", "wires"} | PURE,
    "fed_pwm": {"units"},
    "manifest": set(),
    "setup": {"units", "params"},
    "states": set(),
    "hal": PURE,
    "kernel": set(),
    "units": set(),
    "params": {"units"},
    "faults": {"units"},
    "waves": {"units"},
    "wire": {"units", "params", "faults"},
}

# Names of types, for the checker only: a part may say what it serves without depending on it at run time.
TYPE_EDGES: dict[str, set[str]] = {
    "controls": {"app"},
    "server": {"app"},
    "setpoints": {"program"},
    "telemetry": {"app"},
    "blackbox": {"app"},
    "keeper": {"app"},
    "loader": {"app"},
    "dose": {"app"},
    "usage": {"app"},
    "selftest": {"app"},
    "programs": {"app"},
    "panel": {"app"},
    "pixels": {"app"},
    "oled": {"app"},
    "wires": {"app"},
    "hal": {"app"},
}

# What host tools may import of the firmware besides PURE: the simulated board runs the real main loop.
HOST_EDGES: dict[str, set[str]] = {
    "host_tools.sim_hal": {"kernel"},
    "host_tools.lights": {"pixels", "oled"},
    "host_tools.shelf": {"programs"},  # how a stored program is laid out
    "host_tools.restore_programs": {"programs"},
    "host_tools.links.sim": {"app"},
    # Numba compiles the tick from its own source.
    "host_tools.compiled.hal": {"kernel"},
    "host_tools.compiled.cache": {"kernel"},
}

# Slow to import; `tapote --help` must not wait for them.
SLOW_IMPORTS = {"matplotlib", "numba", "numpy", "pydantic", "rich.progress", "rp2040py"}


@dataclass(frozen=True)
class Import:
    """One imported module, absolute dotted name, and whether only the type checker sees it."""

    module: str
    types_only: bool
    where: str


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    """Dotted name that a file is imported by: host_tools.links.sim, tapote.kernel, main."""
    root = FIRMWARE if path.is_relative_to(FIRMWARE) else ROOT
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def walk(node: ast.AST, types_only: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node below this one, with whether it stands in the body of `if TYPE_CHECKING:`."""
    for field, value in ast.iter_fields(node):
        guarded = types_only or (isinstance(node, ast.If) and field == "body" and is_type_checking(node.test))
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child, guarded
                yield from walk(child, guarded)


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file. `from package import name` counts as package.name where that is a module of ours."""
    package = module_name(path).split(".") if path.name == "__init__.py" else module_name(path).split(".")[:-1]
    for node, types_only in walk(parse(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            names = [".".join(base)]
            if base[0] in {"tapote", "host_tools"}:
                names = [".".join([*base, alias.name]) for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(name, types_only, f"{path.relative_to(ROOT)}:{node.lineno}")


def firmware_module(name: str) -> str:
    """'kernel' for tapote.kernel and anything in it, 'tapote' for the bare package, '' for what is not firmware."""
    top, _, rest = name.partition(".")
    return (rest.split(".")[0] or top) if top == "tapote" else ""


def test_hardware_modules_are_imported_only_where_listed() -> None:
    found = [
        f"{item.where} imports {item.module}"
        for path in sources(FIRMWARE)
        for item in imports(path)
        if (name := item.module.split(".")[0]) in HARDWARE
        and not item.types_only
        and name not in HARDWARE_USERS.get(path.stem, set())
    ]
    assert not found, "the clock and the pins are handed in"


def test_firmware_modules_import_only_along_the_listed_edges() -> None:
    found = [
        f"{item.where} imports {item.module}"
        for path in sources(FIRMWARE)
        for item in imports(path)
        if (target := firmware_module(item.module))
        and target not in EDGES.get(path.stem, set())
        and not (item.types_only and target in TYPES_ONLY | TYPE_EDGES.get(path.stem, set()))
    ]
    assert not found


def test_every_firmware_file_has_its_row_of_edges() -> None:
    assert {path.stem for path in sources(FIRMWARE)} - {"__init__"} <= set(EDGES)


def test_firmware_never_imports_host_tools() -> None:
    found = [item.where for path in sources(FIRMWARE) for item in imports(path) if item.module.startswith("host_tools")]
    assert not found


def test_host_tools_import_only_the_pure_firmware() -> None:
    found = [
        f"{item.where} imports {item.module}"
        for path in sources(HOST)
        for item in imports(path)
        if (target := firmware_module(item.module))
        and target not in PURE | HOST_TEXTS | HOST_EDGES.get(module_name(path), set())
        and not (item.types_only and target in TYPES_ONLY)
    ]
    assert not found


def slot_name(name: str) -> str:
    """The slot that a constant is named after: _FORCE_MN is force_mn, _SLOW_Q4 the first of a group; "" for none."""
    plain = name.lstrip("_").lower()
    return next((slot for slot in (plain, f"{plain}_0") if slot in params.SLOTS), "")


def test_slot_numbers_in_the_firmware_are_those_of_the_parameter_table() -> None:
    """MicroPython inlines constants of its own file only, so modules repeat the numbers of their slots."""
    wrong = []
    for path in sources(FIRMWARE):
        for node in parse(path).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="const"), args=[number])):
                    value, slot = ast.literal_eval(number), slot_name(name)
                    if name.startswith("_") and slot and params.SLOTS[value] != slot:
                        wrong.append(f"{path.name}: {name} = {value}")
                    if value != getattr(params, name.lstrip("_"), value):  # a constant of the table itself, as RING
                        wrong.append(f"{path.name}: {name} = {value}")
    assert not wrong


def test_registers_are_read_by_the_names_of_their_slots() -> None:
    """A constant in the brackets of regs[...] is named after a slot; else the test above would not see it."""
    wrong = []
    for path in sources(FIRMWARE):
        for node, _ in walk(parse(path)):
            if not isinstance(node, ast.Subscript) or ast.unparse(node.value).rpartition(".")[2] not in {"regs", "r"}:
                continue
            names = {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
            wrong += [f"{path.name}: {name}" for name in names if name.isupper() and not slot_name(name)]
            wrong += [f"{path.name}: {ast.unparse(node)}" for part in [node.slice] if isinstance(part, ast.Constant)]
    assert not wrong


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources(FIRMWARE, HOST)}
    assert not {str(path): lines for path, lines in lengths.items() if lines > LONG_FILES.get(path, MAX_LINES)}


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(FIRMWARE, HOST, TESTS)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert not found


def test_a_check_is_silenced_only_for_a_reason_in_words() -> None:
    """After the rule comes why it does not hold there."""
    silence = re.compile(r"# (noqa|type: ignore|fmt: (off|skip)|pragma)")
    reasoned = re.compile(r"# (noqa: [A-Z]+\d+|type: ignore\[[a-z-]+\]|fmt: skip)  -- \w+ \w+")
    found = []
    for path in sources(HOST, TESTS):
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if (
                    token.type == tokenize.COMMENT
                    and silence.search(token.string)
                    and not reasoned.search(token.string)
                ):
                    found.append(f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}")
    assert not found


def test_nothing_is_a_stub() -> None:
    """What a subclass must bring is abstract: then a forgotten part is seen by mypy, and when the object is made."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(FIRMWARE, HOST, TESTS)
        for node, _ in walk(parse(path))
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc)
    ]
    assert not found


def test_tests_never_sleep_and_never_skip() -> None:
    """Tests own the clock; a test that did not run shows nothing. Only a real board (tests/device) may be absent."""
    found = []
    for path in sources(TESTS):
        for node, _ in walk(parse(path)):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            skips = name in {"skip", "skipif", "xfail", "importorskip"} and TESTS / "device" not in path.parents
            if name == "sleep" or skips:
                found.append(f"{path.relative_to(ROOT)}: {name}")
    assert not found


def test_help_does_not_wait_for_slow_imports() -> None:
    entry = "host_tools.cli" if importlib.util.find_spec("host_tools.cli") else "host_tools"
    code = f"import {entry}, json, sys; print(json.dumps(list(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not SLOW_IMPORTS & set(json.loads(result.stdout))
