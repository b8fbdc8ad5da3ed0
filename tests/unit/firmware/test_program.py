"""A program on the device: whatever the wire brings, no set-point ever exceeds a cap, at any time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import params
from tapote.program import DRIVE_FROM, LIMIT, PHASES_MAX, RATE_FROM, UNTIL, Program

CAPS = {"rate_min_spm": 600, "rate_max_spm": 2800, "drive_max_permille": 900, "force_limit_mn": 45000}
# duration, rate from/to, drive from/to, ease, rhythm, period, depth, on, limit, until
PHASE = (1000, 1000, 2000, 100, 500, 0, 1, 1000, 300, 400, 30000, 1)


def u(bits: int) -> st.SearchStrategy[int]:
    high = (1 << bits) - 1
    return st.one_of(st.sampled_from([0, 1, 2, high]), st.integers(0, high))


ANY_PHASE = st.tuples(u(32), u(16), u(16), u(16), u(16), u(8), u(8), u(16), u(16), u(16), u(32), u(8))
# As above, but more of them are phases: the numbers that decide about that are in range.
LIKELY_PHASE = st.tuples(
    st.integers(1, 900_000), u(16), u(16), u(16), u(16), u(1), st.integers(0, 2), u(16), u(16), u(16), u(32), u(8)
)


def program(*phases: tuple[int, ...], caps: dict[str, int] = CAPS) -> Program:
    made = Program(caps)
    made.begin("test")
    for phase in phases:
        assert made.add(phase)
    return made


@given(st.lists(st.one_of(ANY_PHASE, LIKELY_PHASE), max_size=40), st.lists(st.integers(0, 1 << 30), max_size=10))
def test_no_number_off_the_wire_gets_past_a_cap(phases: list[tuple[int, ...]], times_ms: list[int]) -> None:
    made = Program(CAPS)
    taken = [made.add(phase) for phase in phases]
    assert len(made.phases) == sum(taken) <= PHASES_MAX
    for time_ms in [0, *times_ms, made.length_ms() - 1, made.length_ms() // 2]:
        over = not made.at(max(time_ms, 0))
        assert over == (max(time_ms, 0) >= made.length_ms())
        assert 0 <= made.drive_permille <= CAPS["drive_max_permille"]
        if over:
            assert made.drive_permille == 0
            continue
        assert CAPS["rate_min_spm"] <= made.rate_spm <= CAPS["rate_max_spm"]
        assert 5000 <= made.limit_mn <= CAPS["force_limit_mn"]
        assert made.rhythm in (0, 1, 2)
        assert 100 <= made.period_ms <= 60000
        assert 0 <= made.depth_permille <= 1000
        assert 0 <= made.on_permille <= 1000


def test_a_board_cannot_lift_the_compiled_force_cap() -> None:
    made = program((*PHASE[:LIMIT], 99000, 1), caps=CAPS | {"force_limit_mn": 99000})
    made.at(0)
    assert made.limit_mn == params.FORCE_CAP_MN


@pytest.mark.parametrize(
    ("index", "value"),
    [(0, 0), (0, 900_001), (5, 2), (6, 3), (UNTIL, 0), (UNTIL, 2)],
    ids=["no time", "too long", "ease", "rhythm", "no end", "no end but too much"],
)
def test_what_is_no_phase_is_refused(index: int, value: int) -> None:
    made = program()
    assert not made.add((*PHASE[:index], value, *PHASE[index + 1 :]))
    assert made.phases == []


def test_what_was_cut_is_counted_a_phase_at_a_time() -> None:
    made = program(PHASE, (*PHASE[:RATE_FROM], 1, 9999, 5000, 5000, *PHASE[5:]))
    assert made.clamped == 1
    made.at(1000)
    assert (made.rate_spm, made.drive_permille) == (600, 900)
    made.begin("next")
    assert (made.clamped, made.phases, made.name) == (0, [], "next")


def test_numbers_go_in_a_straight_line_from_start_to_end() -> None:
    made = program(PHASE)
    seen = []
    for time_ms in (0, 250, 500, 999):
        assert made.at(time_ms)
        seen.append((made.rate_spm, made.drive_permille))
    assert seen == [(1000, 100), (1250, 200), (1500, 300), (1999, 499)]
    assert (made.rhythm, made.period_ms, made.depth_permille, made.on_permille) == (1, 1000, 300, 400)


def test_ease_starts_and_ends_gently() -> None:
    """3 x^2 - 2 x^3: 0.104 at a tenth, 0.5 half-way, 0.972 at nine tenths."""
    made = program((*PHASE[:5], 1, *PHASE[6:]))
    seen = []
    for time_ms in (0, 100, 500, 900):
        made.at(time_ms)
        seen.append(made.rate_spm)
    assert seen == [1000, 1028, 1500, 1972]


@given(st.integers(0, 1), st.integers(1, 5000), st.integers(600, 2800), st.integers(600, 2800))
def test_a_phase_never_leaves_the_span_between_its_ends(ease: int, duration_ms: int, start: int, end: int) -> None:
    made = program((duration_ms, start, end, *PHASE[3:5], ease, *PHASE[6:]))
    rates = []
    for time_ms in range(0, duration_ms, max(duration_ms // 50, 1)):
        made.at(time_ms)
        rates.append(made.rate_spm)
    assert rates[0] == start
    assert rates == sorted(rates, reverse=start > end)
    assert min(start, end) <= min(rates) <= max(rates) <= max(start, end)


def test_phases_follow_each_other_and_the_last_one_ends_the_program() -> None:
    second = (500, *PHASE[1:DRIVE_FROM], 700, 700, *PHASE[5:])
    made = program(PHASE, second)
    assert made.length_ms() == 1500
    assert made.at(1000)
    assert (made.phase, made.drive_permille) == (1, 700)
    assert not made.at(1500)
    assert made.drive_permille == 0


def test_too_much_skips_the_rest_of_a_phase_that_says_so_and_of_no_other() -> None:
    skips = (*PHASE[:UNTIL], 3)
    made = program(skips, PHASE, PHASE)
    made.too_much(400)
    made.at(400)
    assert (made.phase, made.rate_spm) == (1, 1000), "the next phase begins now, at its start"
    made.too_much(500)
    made.at(500)
    assert (made.phase, made.rate_spm) == (1, 1100)
    assert not made.at(2400)
    made.rewind()
    assert made.at(400)
    assert made.phase == 0
    made.too_much(99999)
    assert made.at(2999), "after its end it says nothing"


def test_it_takes_32_phases() -> None:
    made = program(*[PHASE] * PHASES_MAX)
    assert not made.add(PHASE)


def test_an_empty_program_is_over() -> None:
    assert not program().at(0)
