"""The fault table: whole, in step with its names and its words, and ranked."""

from hypothesis import given
from hypothesis import strategies as st

from tapote import faults, params, words

NUMBERS = st.lists(st.sampled_from(sorted(faults.FAULTS)), unique=True)


def test_every_fault_has_its_constant_and_every_constant_its_fault() -> None:
    constants = {name: getattr(faults, name) for name in vars(faults) if name in {row[0] for row in rows()}}
    assert constants == {row[0]: number for number, row in faults.FAULTS.items()}


def rows() -> list[tuple[str, int, int]]:
    return list(faults.FAULTS.values())


def test_every_fault_says_what_to_do() -> None:
    assert {name for name, _, _ in rows()} == set(words.FAULTS)
    for name, kind, rank in rows():
        clears, text = words.FAULTS[name]
        assert kind in (faults.SELF, faults.PERSON, faults.RESTART), name
        assert 0 < rank < 100
        assert clears
        assert text.endswith((".", "?")), "a sentence"


def test_numbers_fit_the_bits_of_the_wire() -> None:
    assert sorted(faults.FAULTS) == list(range(1, len(faults.FAULTS) + 1))
    assert max(faults.FAULTS) < 30  # a set of them is a small integer of MicroPython


def test_kinds_split_the_set() -> None:
    for number, row in faults.FAULTS.items():
        assert bool(faults.SELF_BITS & faults.bit(number)) == (row[1] == faults.SELF)
        assert bool(faults.RESTART_BITS & faults.bit(number)) == (row[1] == faults.RESTART)


@given(NUMBERS)
def test_the_strictest_has_the_highest_rank(numbers: list[int]) -> None:
    found = faults.strictest(sum(faults.bit(number) for number in numbers))
    if not numbers:
        assert found == 0
    else:
        assert found in numbers
        assert faults.FAULTS[found][2] == max(faults.FAULTS[number][2] for number in numbers)


def test_bits_without_a_fault_are_none() -> None:
    assert faults.strictest(1 | 1 << 30) == 0


def test_every_reason_says_what_to_do() -> None:
    assert list(words.REASONS) == list(faults.REASONS)
    for name, text in words.REASONS.items():
        assert name.isupper()
        assert text.endswith(".")


def test_every_parameter_has_its_words() -> None:
    assert tuple(words.PARAMS) == params.SLOTS
    for unit, divisor, text in words.PARAMS.values():
        assert divisor >= 1
        assert text
        assert unit == unit.strip()
