"""Sensor vectors for the parity tests: some made up to reach every corner of the tick, some recorded from sessions.

Made-up ones are chapters of a few hundred ticks. A chapter draws set-points as the main loop would write them (within
the ranges of params, often at their ends) and a kind of world: calm, pressing, raw extremes, a dead main loop, a dead
converter, a noisy tachometer, a stumbling clock.
"""

import random
from array import array
from collections.abc import Mapping
from typing import Any

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.links import sim
from host_tools.plant.build import build_plant
from host_tools.runner import run_session
from host_tools.sim_hal import ADC_READY, SimHal
from tapote import params, setup, units, waves

from ..sessions import program
from .parity import TickInput, Vectors
from .parity_device import ADC_WORDS, NOW_US, SLOTS, TACH_NOW

TURN_TICKS = 20
MASK30 = 0x3FFFFFFF
WORLDS = ("calm", "calm", "calm", "press", "press", "wild", "hung", "adc dead", "noisy tach", "clock")
RATE_MIN_SPM = 300


def _ends(rng: random.Random, name: str) -> int:
    """A value of the slot's range, one time in three at one of its ends."""
    _, low, high, *_ = params.PARAMS[params.slot(name)]
    return rng.choice([low, high]) if rng.random() < 0.33 else rng.randint(low, high)


def _limits(rng: random.Random) -> dict[str, int]:
    """soft, hard and slope belong together, as Setpoints writes them; the trip stands anywhere in its range."""
    hard = rng.choice([5000, 50000, 50000, rng.randint(5000, 50000)])
    soft = hard * rng.choice([300, 900, 600, rng.randint(300, 900)]) // 1000
    trip = _ends(rng, "trip_mn") if rng.random() < 0.3 else params.TRIP_CAP_MN
    return {"soft_mn": soft, "hard_mn": hard, "fold_gain": units.fold_gain(soft, hard), "trip_mn": trip}


def _state(rng: random.Random, linear: bool) -> dict[str, int]:
    """Where an earlier time may have left the tick: drive and foldback take seconds to rise, so some start risen."""
    values = {"scale_q16": 65536, "drive_q16": rng.choice([65536, rng.randint(0, 65536)])}
    values |= {name: _ends(rng, name) for name in ("integral_q16", "out_q12", "stroke_phase_q24", "rhythm_phase_q24")}
    if not linear:  # a crank is never driven backwards
        values["out_q12"] = abs(values["out_q12"])
    return values | {"peak_now_mn": 0, "peak_last_mn": 0, "force_filt_q4": 0}


def _setpoints(rng: random.Random) -> dict[str, int]:
    names = ("rate_target_spm", "drive_target_q12", "stroke_inc_q24", "rhythm_inc_q24", "rhythm_depth_q12")
    values = {name: _ends(rng, name) for name in names}
    values |= {name: _ends(rng, name) for name in ("rhythm_on_q16", "ff_gain_q16", "kp_q8", "ki_q16")}
    if rng.random() < 0.6:  # as a program sets them
        rate = rng.randint(RATE_MIN_SPM, params.RATE_CAP_SPM)
        values |= {
            "rate_target_spm": rate,
            "drive_target_q12": rng.choice([4096, rng.randint(1000, 4096)]),
            "stroke_inc_q24": units.stroke_inc_q24(rate, 500),
            "rhythm_inc_q24": units.phase_inc_q24(rng.randint(100, 400) * 1000, 500),
            "ff_gain_q16": units.feed_forward_q16(2950, 11100, rng.randint(9000, 12600)),
        }
    values["rise_q16"] = rng.choice([66, 66, 66, 16, 1, 0])
    values["rhythm_kind"] = rng.randrange(3)
    values["enable"] = int(rng.random() < 0.85)
    values["ring_hold"] = int(rng.random() < 0.1)
    return values | _limits(rng)


class _World:
    """The inputs of a chapter, tick by tick."""

    def __init__(self, rng: random.Random, tick_us: int, pulses_per_stroke: float) -> None:
        self.rng = rng
        self.tick_us = tick_us
        self.pulses_per_stroke = pulses_per_stroke
        self.kind = "calm"
        self.raw = 0
        self.tach = rng.randrange(65536)
        self.pulses_due = 0.0
        self.rate_spm = 0

    def begin(self, kind: str) -> None:
        self.kind = kind
        self.raw = self.rng.randrange(60, 400)
        self.rate_spm = self.rng.choice([0, 700, 1800, 2500, 3200])

    def adc(self) -> tuple[int, ...]:
        rng = self.rng
        if self.kind == "wild":
            return tuple(rng.choice([0, 4095, 63, 64, 0xFFFF, rng.randrange(4096)]) for _ in range(ADC_WORDS))
        step, high = (90, 1700) if self.kind == "press" else (4, 400)
        self.raw = units.clamp(self.raw + rng.randint(-step, step), 0, high)
        return (self.raw, *(rng.randrange(4096) for _ in range(ADC_WORDS - 1)))

    def pulses(self) -> int:
        if self.kind == "noisy tach":
            return self.rng.choice([63, 63, 64, 1, 0, self.rng.randrange(65536)])
        self.pulses_due += self.rate_spm / 60 * self.pulses_per_stroke * self.tick_us * 1e-6
        whole = int(self.pulses_due)
        self.pulses_due -= whole
        return whole

    def later_us(self) -> int:
        rng = self.rng
        if self.kind == "clock":
            return rng.choice([*[self.tick_us] * 3, self.tick_us + 7, 1600, 5000, -3, 0, rng.randrange(1 << 20)])
        return self.tick_us + rng.choice([0, 0, 0, 1, 7, -4])


def made_up(name: str, seed: int, ticks: int, board: Mapping[str, Any], stroke: list[int] | None = None) -> Vectors:
    """`ticks` ticks on a board (its board.json); stroke: 256 samples instead of the default shape."""
    rng = random.Random(seed)
    wave = waves.make([min(1024 * i, 65535) for i in range(65)])
    if stroke is not None:
        waves.set_stroke(wave, 0, stroke)
    vectors = Vectors(name, wave)
    first = dict(zip(params.SLOTS, params.defaults(), strict=True)) | setup.board_slots(dict(board))
    first |= {"adc_force_word": ADC_READY, "adc_force_at": 1, "peak_hold": 40, "now_us": 0, "tach_now": 0}
    for index in range(3):
        first |= {f"slow_word_{index}": ADC_READY, f"slow_at_{index}": 2 + index}
    writes = [(params.slot(slot), value) for slot, value in first.items() if value]
    world = _World(rng, first["tick_us"], board["tach_milli"] / 1000)
    now_us = MASK30 - first["tick_us"] * (ticks // 3)  # the clock wraps on the way
    clears = left = 0
    while len(vectors.ticks) < ticks:
        if left == 0:
            left = rng.randrange(150, 500)
            world.begin(rng.choice(WORLDS))
            values = _setpoints(rng) | {"adc_force_word": 0x7FFFFEFF if world.kind == "adc dead" else ADC_READY}
            if rng.random() < 0.85:
                clears += 1
                values |= {"clear_asked": clears, "heartbeat_us": now_us}
            if rng.random() < 0.7:
                values |= _state(rng, first["actuator"] == setup.LINEAR)
            writes += [(params.slot(slot), value) for slot, value in values.items()]
        left -= 1
        now_us = (now_us + world.later_us()) & MASK30
        if left % TURN_TICKS == 0 and world.kind != "hung":
            writes.append((params.slot("heartbeat_us"), now_us))
        if rng.random() < 0.002:
            writes.append((params.slot("enable"), int(rng.random() < 0.7)))
        if rng.random() < 0.01:  # the tick may come between two stores of a new limit
            writes += [(params.slot(slot), value) for slot, value in _limits(rng).items()][: rng.randint(1, 4)]
        world.tach = (world.tach + world.pulses()) & 0xFFFF
        vectors.ticks.append(TickInput(now_us, world.tach, world.adc(), tuple(writes)))
        writes = []
    return vectors


class _Recorder(SimHal):
    """Writes down what each tick was given."""

    first_tick = 0
    ticks_wanted = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.recorded: list[TickInput] = []
        self.after: list[int] = [0] * SLOTS  # what the last recorded tick left in the slots

    def run_ticks(self, count: int) -> None:
        for _ in range(count):
            self._run_tick()

    def _run_tick(self) -> None:
        if self.time_us // self.tick_us < self.first_tick or len(self.recorded) >= self.ticks_wanted:
            super().run_ticks(1)
            return
        before = list(self.regs[:SLOTS])
        super().run_ticks(1)
        changed = tuple(
            (slot, before[slot])
            for slot in range(SLOTS)
            if before[slot] != self.after[slot] and slot not in (NOW_US, TACH_NOW)
        )
        self.after = list(self.regs[:SLOTS])
        raw = tuple(self.adc[1 : 1 + ADC_WORDS])
        self.recorded.append(TickInput(self.after[NOW_US], self.after[TACH_NOW], raw, changed))


def recorded(name: str, first_tick: int, ticks: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Vectors, list[int]]:
    """`ticks` ticks of a session on the board `name` with a person who presses too hard, and the slots at their end."""

    class Recorder(_Recorder):
        pass

    Recorder.first_tick, Recorder.ticks_wanted = first_tick, ticks
    monkeypatch.setattr(sim, "SimHal", Recorder)
    board = load_board(name)
    link = sim.SimLink(compile_board(board), build_plant(board, person="too-hard", seconds=3.0))
    run_session(link, program(board, 7.0, rhythm=waves.SWELL_KIND, period_ms=700, depth_permille=400))
    hal = link.hal
    assert isinstance(hal, _Recorder)
    wave = array("H", hal.wave)
    link.close()
    return Vectors(name, wave, hal.recorded), hal.after
