"""`make mutation`: every mutant of the safety core against the fast tests; fails on a survivor that nobody explained.

    python -m tests.mutation [--jobs 2] [--seconds 3600] [module ...]

Each mutant has a process of its own, forked after pytest and the plant are imported: the firmware is not, so the child
imports the mutated module and everything above it afresh. `equivalent.toml` lists the mutants that no test can kill,
with the reason; an entry that no longer exists, or that a test kills by now, is an error too.
"""

import argparse
import ast
import importlib
import os
import signal
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
UNIT = "tests/unit/firmware/"
TIMEOUT_S = 240  # of one mutant: an endless loop counts as found
PRELOADED = ("pytest", "hypothesis.stateful", "pydantic", "numpy")  # nothing that imports the firmware
KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"


@dataclass(frozen=True)
class Target:
    """A module, the tests that speak about it (quickest first; a survivor costs all of them), and the part judged."""

    tests: tuple[str, ...]
    begin: str = ""  # the part from the line with this comment ...
    end: str = ""  # ... to the line with this one

    def lines(self, source: str) -> tuple[int, int]:
        """First and last line. ValueError when a mark is not there."""
        lines = source.split("\n")
        marks = [next((at for at, line in enumerate(lines, 1) if mark in line), 0) for mark in (self.begin, self.end)]
        if 0 in marks:
            raise ValueError(f"no line with {self.begin!r} or {self.end!r}")
        return (marks[0], marks[1]) if self.begin else (1, len(lines))


TARGETS = {
    "session": Target((f"{UNIT}test_session_edges.py", f"{UNIT}test_session.py")),
    "storage": Target((f"{UNIT}test_storage.py", f"{UNIT}test_settings.py")),
    "kernel": Target(
        (f"{UNIT}test_kernel_force.py", f"{UNIT}test_kernel_output.py", f"{UNIT}test_kernel_schedule.py"),
        "# The peak of a stroke",
        "# Rhythm: ",
    ),
    "safety": Target((f"{UNIT}test_safety_edges.py", f"{UNIT}test_safety.py")),
    "power_guard": Target((f"{UNIT}test_power_guard.py",)),
    "motor_guard": Target(tuple(f"{UNIT}test_motor_guard_{part}.py" for part in ("edges", "heat"))),
    "stall": Target((f"{UNIT}test_motor_guard_stall.py",)),
}


class Mutated(MetaPathFinder, Loader):
    """Imports one firmware module from a mutated tree."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self._name = f"tapote.{module}"
        self._code = compile(tree, str(ROOT / "firmware/tapote" / f"{module}.py"), "exec")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, origin="mutant") if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def start(module: str, tree: ast.Module, tests: Sequence[str]) -> int:
    """Run the tests on a mutant in a child; its process id."""
    child = os.fork()
    if child:
        return child
    signal.alarm(TIMEOUT_S)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for name in [name for name in sys.modules if name.split(".")[0] == "tapote"]:
        del sys.modules[name]  # whoever started us may have imported the sound one
    sys.meta_path.insert(0, Mutated(module, tree))
    code = 2
    try:
        import pytest

        early = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis is there already
        code = int(pytest.main(["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-W", early, *tests]))
    finally:
        os._exit(code)


def verdict(status: int) -> str:
    """What the end of a child says: a signal (endless loop) and a failed test or import find the mutant."""
    if os.WIFSIGNALED(status):
        return KILLED
    return {0: SURVIVED, 1: KILLED, 2: KILLED}.get(os.WEXITSTATUS(status), BROKEN)


def judge(module: str, chosen: Sequence[Mutant], jobs: int, end_s: float) -> dict[str, str]:
    """name -> verdict, for all that could be started before end_s."""
    found: dict[str, str] = {}
    running: dict[int, Mutant] = {}
    waiting = list(chosen)
    while waiting or running:
        while waiting and len(running) < jobs:
            if time.monotonic() > end_s:
                waiting.clear()
                break
            mutant = waiting.pop(0)
            running[start(module, mutant.tree, TARGETS[module].tests)] = mutant
        if running:
            child, status = os.wait()
            mutant = running.pop(child)
            found[mutant.name] = verdict(status)
            if found[mutant.name] != KILLED:
                print(f"  {found[mutant.name]}: firmware/tapote/{module}.py:{mutant.line}: {mutant.name}", flush=True)
    return found


def complaints(module: str, names: Sequence[str], found: dict[str, str], known: dict[str, str]) -> list[str]:
    """What is wrong: survivors without a reason, reasons without a survivor, tests that did not run."""
    wrong = [
        f"{module}: no test kills `{name}`" for name, how in found.items() if how == SURVIVED and name not in known
    ]
    wrong += [f"{module}: the tests did not run on `{name}`" for name, how in found.items() if how == BROKEN]
    wrong += [f"{module}: equivalent.toml names `{name}`, which is no mutant" for name in known if name not in names]
    wrong += [
        f"{module}: equivalent.toml explains `{name}`, which a test kills"
        for name in known
        if found.get(name) == KILLED
    ]
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """0: every mutant is killed or explained, and all were judged."""
    parser = argparse.ArgumentParser(prog="make mutation", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("modules", nargs="*", default=list(TARGETS), choices=[[], *TARGETS], metavar="module")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1e9, help="start no mutant after so long")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    os.environ["CI"] = "1"  # the same Hypothesis examples for every mutant
    for name in PRELOADED:
        importlib.import_module(name)
    equivalent = tomllib.loads((ROOT / "tests/mutation/equivalent.toml").read_text(encoding="utf-8"))
    end_s = time.monotonic() + options.seconds
    wrong: list[str] = []
    for module in options.modules:
        source = (ROOT / "firmware/tapote" / f"{module}.py").read_text(encoding="utf-8")
        if verdict(os.waitpid(start(module, ast.parse(source), TARGETS[module].tests), 0)[1]) != SURVIVED:
            wrong.append(f"{module}: its tests fail without any mutant")
            continue
        chosen = list(mutants(source, *TARGETS[module].lines(source)))
        found = judge(module, chosen, options.jobs, end_s)
        killed = list(found.values()).count(KILLED)
        print(f"{module}: {killed} of {len(chosen)} mutants killed, {len(chosen) - len(found)} not judged", flush=True)
        wrong += complaints(module, [mutant.name for mutant in chosen], found, equivalent.get(module, {}))
        if len(found) < len(chosen):
            wrong.append(f"{module}: {len(chosen) - len(found)} mutants were not judged in time")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
