"""The proof behind "the board computes what CPython computes": no stage of the tick leaves 32 bits, whatever it is fed.

Every slot is drawn from the range that params.py states for it, its ends included; only what cannot be together is left
out, with the reason beside it.
"""

import ast
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import kernel, params, setup, units
from tests.unit.firmware.checked_kernel import HIGH, LOW, Overflow32Error, check, checked_source, checked_tick
from tests.unit.firmware.rig import MASK30, UNFED, Rig

TICK = checked_tick()
COUNTERS = {
    "strokes",
    "late_ticks",
    "force_jumps",
    "over_ticks",
    "backoff_ticks",
    "lost_ticks",
    "adc_misses",
    "tach_pulses",
}
ROOM = 1000  # for what the ticks of a test add to a counter
TAKEN_BY_TEST = {"now_us", "heartbeat_us", "due_us", "tach_start_us", "tach_seen_us"}
MOTOR_OFF = ("scale_q16", "drive_q16", "out_q12", "level", "integral_q16")


def draw(random: Random, low: int, high: int) -> int:
    """Anything from low to high, the ends every other time."""
    return random.choice((low, high)) if random.random() < 0.5 else random.randint(low, high)


def state(random: Random) -> dict[str, int]:
    """A value within its documented range for every slot."""
    slots = {}
    for name, low, high, _, _ in params.PARAMS:
        if name not in TAKEN_BY_TEST:
            slots[name] = draw(random, low, high - ROOM if name in COUNTERS else high)
    slots["now_us"] = draw(random, 0, MASK30)
    # A measurement is 20 ms and one silence of the tachometer long at most: a longer silence ends it.
    span_us = draw(random, 0, 20000 + slots["tach_timeout_us"])
    slots["tach_start_us"] = slots["now_us"] - span_us & MASK30
    slots["tach_seen_us"] = slots["now_us"] - draw(random, 0, random.choice((span_us, MASK30))) & MASK30
    if slots["actuator"] == 1:  # without a tachometer two slots mean something else: setup.board_slots
        slots["tach_gain"] = draw(random, 0, 0x7FFFF)
        slots["tach_step_q24"] = draw(random, 0, 71582)
    if slots["actuator"] != 2:  # only a linear actuator is ever pulled
        slots["out_q12"] = abs(slots["out_q12"])
    slots["soft_mn"] = min(slots["soft_mn"], slots["hard_mn"])
    if random.random() < 0.7:  # or most states would be those of a motor that is off
        slots |= {"enable": 1, "trips": 0, "trip_mn": 65000, "adc_misses": 0}
    return slots


def load(rig: Rig, wave: list[int], adc: list[int]) -> None:
    """Shape, swell, force table and converter."""
    for i in range(257):
        rig.wave[i] = wave[i % len(wave)]
        rig.wave[257 + i] = wave[(i + 1) % len(wave)] % 4097
    for i in range(65):
        rig.wave[514 + i] = wave[(i + 2) % len(wave)]
    rig.adc.extend([0] * 4)
    for i in range(1, 9):
        rig.adc[i] = adc[i % len(adc)]


@given(seed=st.integers(0, 1 << 32))  # a hundred draws a state would take Hypothesis longer than the ticks
@settings(max_examples=500)
def test_no_result_leaves_32_bits_and_no_level_leaves_the_period(seed: int) -> None:
    random = Random(seed)
    slots = state(random)
    wave = [draw(random, 0, 65535) for _ in range(7)]
    adc = [draw(random, LOW, HIGH) for _ in range(4)]
    pulses = draw(random, 0, 63)
    beat = random.random() < 0.9
    rig, plain = Rig(**slots), Rig(**slots)
    rig.run = TICK
    for each in (rig, plain):
        each.set(ticks=slots["ticks"])
        load(each, wave, adc)
    for _ in range(6):
        late_us = draw(random, -500, 200_000) if random.random() < 0.3 else 0
        for each in (rig, plain):
            each.set(tach_now=each["tach_now"] + pulses & 0xFFFF)
        trips = rig.step(late_us=late_us, beat=beat)  # raises Overflow32Error where the board would wrap
        assert plain.step(late_us=late_us, beat=beat) == trips
        assert rig.regs == plain.regs, "the instrument changes nothing"
        judge(rig, trips)


def judge(rig: Rig, trips: int) -> None:
    """What holds after any tick."""
    top = rig["top"]
    levels = (rig.out[0], rig.out[1])
    if trips & 4:
        assert levels == (UNFED, UNFED)
    elif trips or not rig["enable"]:
        assert levels == (0, 0)
    else:
        assert 0 <= levels[0] <= top
        assert 0 <= levels[1] <= (top if rig["bipolar"] else 0)
    if trips or not rig["enable"]:
        assert [rig[name] for name in MOTOR_OFF] == [0] * len(MOTOR_OFF)
    assert -top <= rig["level"] <= top
    assert trips == rig["trips"]
    for name, low, high, _, writer in params.PARAMS:
        if writer == "tick":
            assert low <= rig[name] <= high, name


@given(
    hard_mn=st.integers(5000, 50000),
    fold_permille=st.integers(300, 900),
    top=st.integers(16, 65535),
    raws=st.lists(st.integers(0, 4095), min_size=1, max_size=20),
    actuator=st.sampled_from([0, 1, 2]),
)
def test_from_hard_on_there_is_no_drive_on_any_actuator(
    hard_mn: int, fold_permille: int, top: int, raws: list[int], actuator: int
) -> None:
    """Limits as setpoints makes them, a motor at full drive: a sample at hard or above feeds nothing."""
    soft_mn = hard_mn * fold_permille // 1000
    rig = Rig(hard_mn=hard_mn, soft_mn=soft_mn, fold_gain=units.fold_gain(soft_mn, hard_mn), top=top)
    rig.set(actuator=actuator, rate_target_spm=3000, ff_gain_q16=0x7FFFF, out_q12=4096, out_rise_q12=4096)
    rig.set(stroke_phase_q24=1 << 23, tach_gain=3000, kp_q8=4095, ki_q16=65535, tach_seen_us=rig["now_us"])
    rig.run = TICK
    for raw in raws:
        rig.push(raw)
        rig.step()
        if 16 * raw >= hard_mn:
            assert rig.out[0] == 0


def test_the_boards_of_the_house_stay_within_the_ranges() -> None:
    """What setup writes for the extremes that a board file may say."""
    for tick_hz in (1000, 2000, 4000):
        for actuator, milli, full_spm in ((0, 1000, 3000), (0, 25_000_000, 3000), (1, 0, 1_000_000), (2, 0, 3200)):
            board = compile_board(load_board("pico_mosfet_fsr"))
            board |= {"tick_hz": tick_hz, "actuator": actuator, "tach_milli": milli, "full_rate_spm": full_spm}
            for name, value in setup.board_slots(board).items():
                assert params.within(params.slot(name), value) == value, (name, value, board)


def test_the_instrument_sees_every_operation_of_the_kernel() -> None:
    """A proof by an instrument that looks away proves nothing."""
    source = ast.parse(Path(kernel.__file__).read_text(encoding="utf-8"))
    operations = sum(isinstance(node, ast.BinOp | ast.AugAssign) for node in ast.walk(source))
    assert operations >= 100
    assert checked_source().count("check(") == operations


def test_the_instrument_raises_where_the_board_would_wrap() -> None:
    assert check(HIGH, 1) == HIGH
    with pytest.raises(Overflow32Error, match="py:7"):
        check(HIGH + 1, 7)
    rig = Rig(actuator=1, out_q12=4096, tach_gain=0x80000)  # 2**31: one more than the range of the slot allows
    rig.run = TICK
    with pytest.raises(Overflow32Error, match=str(1 << 31)):
        rig.step()
