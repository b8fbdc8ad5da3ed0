"""Cases 20 to 23: the battery."""

from collections.abc import Callable

import pytest

from .marks import SIM, VIRTUAL, running
from .proof import Proof
from .worlds import SimWorld, World, made_plant

Sim = Callable[..., SimWorld]
CELLS = 3
DIP_S = 0.25


def test_case_20_voltage_sag(sim: Sim, proof: Proof) -> None:
    world = sim()
    world.start()
    before_v = world.plant.battery_v
    world.inject(battery_v_override=before_v - 0.4 * CELLS)
    longest_ms = 0.0
    sagged_mv = []
    for _ in range(200):
        world.advance(0.5)
        longest_ms = max(longest_ms, world.now_ms - world.motor.last_on_ms)
        sagged_mv.append(world.reg("battery_mv"))
    world.inject(battery_v_override=None)
    for _ in range(2000):
        world.advance(0.5)
        longest_ms = max(longest_ms, world.now_ms - world.motor.last_on_ms)
    assert min(sagged_mv) == pytest.approx(1000 * (before_v - 0.4 * CELLS), rel=0.02), "the device saw the sag"
    assert (world.state, world.fault) == ("RUNNING", "")
    proof.figure("gap", longest_ms)


@pytest.mark.parametrize("phase_ms", [0.0, 5.0])
@running(SIM, VIRTUAL, linear=(SIM,))
def test_case_21_cell_below_cut(world: World, proof: Proof, phase_ms: float) -> None:
    """A dip of 250 ms and no longer: a cut that takes more time than that never comes."""
    world.advance(phase_ms)
    at_ms = world.inject(battery_v_override=2.7 * CELLS)
    end_s = world.plant.time_s + DIP_S

    def recover(time_s: float) -> None:
        if time_s >= end_s:
            world.faults.battery_v_override = 3.8 * CELLS

    world.plant.before_step = recover
    off_ms = world.off_after(at_ms, 250.0)
    assert world.get("battery_mv") < 2800 * CELLS
    proof.figure("off", off_ms)
    world.pump(100.0)
    assert world.get("battery_mv") > 3400 * CELLS, "the device sees that the pack has recovered"
    assert world.driven_for(50.0) == 0.0
    assert (world.state, world.fault) == ("FAULT", "BATTERY_CUT")


def test_case_22_battery_rebound(sim: Sim, proof: Proof) -> None:
    world = sim()
    world.start()
    at_ms = world.inject(battery_v_override=2.6 * CELLS)
    world.off_after(at_ms, 300.0)
    assert world.fault == "BATTERY_CUT"
    world.inject(battery_v_override=3.5 * CELLS)
    world.pump(1000.0)
    assert world.reg("battery_mv") > 3400 * CELLS, "the device sees the rebound"
    driven_ms = world.driven_for(30_000.0)
    world.press()
    proof.figure("driven", driven_ms + world.driven_for(30_000.0))
    assert world.state in ("FAULT", "IDLE"), "cleared at most, by a person, and never started"


def test_case_23_wrong_pack(sim: Sim, proof: Proof) -> None:
    """Four full cells on a board of three. The divider ends at 16.2 V: it reads as much as it can."""
    plant = made_plant()
    plant.faults.battery_v_override = 4 * 4.15
    world = sim(plant)
    assert world.reg("battery_mv") > 4 * 4000
    reasons = world.arm()
    assert any(reason.startswith("FAULT") for reason in reasons)
    assert world.fault == "CELL_COUNT"
    world.press()
    proof.figure("driven", world.driven_for(1000.0) + world.motor.driven_ms)
    assert not world.device.clear(), "only with the right pack, and a restart"
