"""The mutation driver: which mutants it makes, whether it tells killed from surviving, what it complains about."""

import ast
import os

import pytest

from tests.mutation import __main__ as driver
from tests.mutation.mutants import mutants, names

SOURCE = '''"""A note."""
TYPE_CHECKING = False
if TYPE_CHECKING:
    import nothing
LIMIT = const(3)

def over(value: "int" = 7) -> bool:
    """Another note."""
    self.seen = True
    if not value and value >= LIMIT:
        count(value + 1)
    return value == LIMIT
'''
MADE = [
    "module: 3 -> 4",
    "module.over: without self.seen = True",
    "module.over: True -> False",
    "module.over: without count(value + 1)",
    "module.over: not value and value >= LIMIT -> not value or value >= LIMIT",
    "module.over: not value -> +value",
    "module.over: value >= LIMIT -> value > LIMIT",
    "module.over: value + 1 -> value - 1",
    "module.over: 1 -> 2",
    "module.over: return value == LIMIT -> return not value == LIMIT",
    "module.over: value == LIMIT -> value != LIMIT",
]
TRUE = "def test_it():\n    from tapote import states\n    assert states.MOVING == (4, 5)\n"


def test_every_operator_is_used_and_notes_types_and_defaults_stay() -> None:
    made = {mutant.name: mutant for mutant in mutants(SOURCE)}
    assert names(SOURCE) == list(made)
    assert set(made) == set(MADE)
    assert made["module.over: value >= LIMIT -> value > LIMIT"].line == 10


def test_each_mutant_is_one_change_of_the_whole_and_the_next_starts_from_the_original() -> None:
    original = ast.unparse(ast.parse(SOURCE))
    texts = [ast.unparse(mutant.tree) for mutant in mutants(SOURCE)]
    assert len(set(texts)) == len(texts)
    for text in texts:
        changed = [(a, b) for a, b in zip(original.split("\n"), text.split("\n"), strict=True) if a != b]
        assert len(changed) == 1


def test_the_same_change_twice_has_two_names_and_lines_choose() -> None:
    source = "def f():\n    a(1)\n    b(1)\n"
    made = [mutant.name for mutant in mutants(source)]
    assert made[-2:] == ["module.f: 1 -> 2", "module.f: 1 -> 2 #2"]
    assert all("b(" not in mutant.name for mutant in mutants(source, 2, 2))


def test_a_target_is_a_part_between_two_marks() -> None:
    target = driver.Target((), "# two", "# three")
    assert target.lines("one\n# two\n\n# three") == (2, 4)
    assert driver.Target(()).lines("one\ntwo") == (1, 2)
    with pytest.raises(ValueError, match="no line"):
        target.lines("one")


@pytest.mark.parametrize("module", sorted(driver.TARGETS))
def test_the_targets_are_there(module: str) -> None:
    target = driver.TARGETS[module]
    source = (driver.ROOT / "firmware/tapote" / f"{module}.py").read_text(encoding="utf-8")
    first, last = target.lines(source)
    assert first < last
    assert all((driver.ROOT / test).is_file() for test in target.tests)
    assert len(names(source, first, last)) > 50


def test_a_mutant_is_killed_or_survives_in_a_process_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    test = tmp_path_factory.mktemp("mutation") / "test_it.py"
    test.write_text(TRUE, encoding="utf-8")
    states = (driver.ROOT / "firmware/tapote/states.py").read_text(encoding="utf-8")
    ends = {
        source: driver.verdict(os.waitpid(driver.start("states", ast.parse(source), [str(test)]), 0)[1])
        for source in (states, states.replace("BACKOFF = 5", "BACKOFF = 9"), states.replace("FAULT = 7", "FAULT = 9"))
    }
    assert list(ends.values()) == [driver.SURVIVED, driver.KILLED, driver.SURVIVED]


def test_what_it_complains_about() -> None:
    found = {"a": driver.KILLED, "b": driver.SURVIVED, "c": driver.SURVIVED, "d": driver.BROKEN}
    assert driver.complaints("m", ["a", "b", "c", "d"], found, {"c": "same"}) == [
        "m: no test kills `b`",
        "m: the tests did not run on `d`",
    ]
    assert driver.complaints("m", ["a"], {"a": driver.KILLED}, {"a": "same", "z": "gone"}) == [
        "m: equivalent.toml names `z`, which is no mutant",
        "m: equivalent.toml explains `a`, which a test kills",
    ]
