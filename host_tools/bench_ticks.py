"""Ticks and loop passes under three loads: idle, running with telemetry, and with garbage and floats besides.

Each function boots one world and returns {figure: value}; `bench.py` knows what the figures mean.
"""

import statistics
from collections.abc import Sequence

from host_tools import bench_force
from host_tools.bench_force import Reaction
from host_tools.bench_probe import CpuSampler, DutyProbe, TickProbe
from host_tools.bench_world import STREAM_MS, NaiveWorld, TapoteWorld
from host_tools.errors import TapoteError

Figures = dict[str, float]
LOADS = ("idle", "run", "load")
PRESS_S = 0.5  # from the touch until the press is there
LOOP_NOMINAL_US = 10_000.0


def spread(name: str, values: Sequence[float]) -> Figures:
    """Median and maximum. TapoteError when nothing was measured."""
    if len(values) < 3:
        raise TapoteError(f"the bench saw too little of '{name}'", fix="Run `make test`: the ticks may have stopped.")
    return {f"{name}_median": statistics.median(values), f"{name}_max": max(values)}


def _window_s(load: str, quick: bool) -> float:
    return {"idle": 0.5, "run": 2.0, "load": 1.0}[load] * (0.2 if quick else 1.0)


def _under(world: TapoteWorld | NaiveWorld, load: str) -> None:
    """Bring the world under a load: the sequence is idle, run, load."""
    if load == "run":
        world.plant.begin_press()
        world.advance(PRESS_S)
    elif load == "load":
        world.burden()
        world.advance(0.05)


def _tapote_window(world: TapoteWorld, probe: TickProbe, load: str, quick: bool) -> Figures:
    probe.clear()
    records = [0]

    def count(_: object) -> None:
        records[0] += 1

    world.device.on_telemetry = count
    loops = world.device.get("loops")
    sampler = CpuSampler(world.board)
    world.advance(_window_s(load, quick))
    cpu = sampler.stop()
    figures = spread(f"tick_us_{load}", probe.durations_us) | spread(f"late_us_{load}", probe.lateness_us)
    figures |= spread(f"period_us_{load}", probe.fed_periods_us)
    figures[f"off_period_us_{load}"] = max(abs(period - world.tick_us) for period in probe.fed_periods_us)
    figures |= {f"cpu_tick_{load}": cpu["timer"], f"cpu_usb_{load}": cpu["usb"], f"cpu_main_{load}": cpu["main"]}
    figures[f"ticks_{load}"] = len(probe.ticks)
    figures[f"turns_{load}"] = world.device.get("loops") - loops
    figures[f"telemetry_{load}"] = records[0]
    return figures


def tapote(quick: bool) -> Figures:
    """All loads of the firmware in one session, then the force steps: the first with the burden, the others without."""
    with TapoteWorld(load=True) as world:
        probe = TickProbe(world.board, world.tick_us)
        figures = _tapote_window(world, probe, "idle", quick)
        world.upload()
        world.go()
        world.device.stream(STREAM_MS)
        _under(world, "run")
        figures |= _tapote_window(world, probe, "run", quick)
        _under(world, "load")
        figures |= _tapote_window(world, probe, "load", quick)
        stats = world.device.stats()
        figures |= {"own_tick_us_max": stats.duration_max_us, "own_late_us_max": stats.late_max_us}
        figures |= {"lost_ticks": stats.lost_ticks, "session_faults": stats.faults}
        burdened = bench_force.tapote(world, probe, bench_force.TICK_SHARES[0])
        world.burden(False)
        reactions = [burdened]
        for share in bench_force.TICK_SHARES[: 0 if quick else None]:
            bench_force.clear(world)
            reactions.append(bench_force.tapote(world, probe, share))
        return figures | _reactions(reactions) | {"force_pin_us_load": burdened.pin_us}


def _reactions(reactions: list[Reaction]) -> Figures:
    return {
        "force_ticks": max(one.ticks for one in reactions),
        "force_word_us": max(one.word_us for one in reactions),
        "force_sample_to_word_us": max(one.sample_to_word_us for one in reactions),
        "force_pin_us": max(one.pin_us for one in reactions),
        "force_sliver_ns": max(one.sliver_ns for one in reactions),
        "force_duty_before": min(one.duty_before for one in reactions),
    }


def _naive_window(world: NaiveWorld, probe: DutyProbe, load: str, quick: bool) -> Figures:
    probe.writes_ns.clear()
    sampler = CpuSampler(world.board)
    world.advance(_window_s(load, quick))
    cpu = sampler.stop()
    figures = spread(f"period_us_{load}", probe.periods_us)
    figures[f"off_period_us_{load}"] = max(abs(period - LOOP_NOMINAL_US) for period in probe.periods_us)
    late = [period - LOOP_NOMINAL_US for period in probe.periods_us]  # each pass is due 10 ms after the last one
    figures |= spread(f"late_us_{load}", late)
    return figures | {f"cpu_main_{load}": cpu["main"]}


def naive(quick: bool) -> Figures:
    """The same for the naive program."""
    with NaiveWorld(load=True) as world:
        probe = DutyProbe(world.board, world.motor_pin)
        figures = _naive_window(world, probe, "idle", quick)
        world.go()
        _under(world, "run")
        figures |= _naive_window(world, probe, "run", quick)
        reactions = [
            bench_force.naive(world, probe, share) for share in bench_force.LOOP_SHARES[: 1 if quick else None]
        ]
        _under(world, "load")
        figures |= _naive_window(world, probe, "load", quick)
        loaded = bench_force.naive(world, probe, bench_force.LOOP_SHARES[0])
        return figures | _reactions(reactions) | {"force_pin_us_load": loaded.pin_us}
