"""How fast the simulated board runs here: the one figure of the bench in wall time, so it informs and never fails."""

import time

from host_tools.bench_world import BOARD, PROFILE, REGION, config, plant
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.links.sim import SimLink
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region

STREAM_MS = 20


def realtime_factor(seconds: float) -> float:
    """Simulated seconds per wall second of a session with telemetry, the full firmware and the plant."""
    world = plant()
    link = SimLink(config(), world)
    try:
        device = Device(link)
        device.upload(compile_profile(get_profile(PROFILE), load_board(BOARD), get_region(REGION)))
        device.stream(STREAM_MS)
        device.pump(0.6)
        device.arm(tethered=True)
        link.press_button()
        device.pump(1.0)
        world.begin_press()
        start_s = time.perf_counter()
        device.pump(seconds)
        return seconds / (time.perf_counter() - start_s)
    finally:
        link.close()
