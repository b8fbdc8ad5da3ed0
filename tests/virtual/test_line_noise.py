"""A bad line on real MicroPython: only whole frames are answered, every tick is on time, the motor never starts.

A kilobyte takes about 1.4 s of a computer's time here. So `make test` sends 16 of them, `make fuzz` the whole megabyte.
"""

import pytest

from host_tools.bench_probe import TickProbe
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.links.virtual import VirtualLink
from tapote import wire
from tests.fuzz.effort import FACTOR
from tests.fuzz.noise import Frame, Noise, answered, answers

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

BYTES = 1 << 20 if FACTOR > 1 else 16 * 1024
LATE_MAX_US = 10.0
PIECE_S = 0.05


def test_a_bad_line_is_answered_where_it_is_whole_and_delays_no_tick(booted: VirtualLink) -> None:
    board, link = load_board("pico_mosfet_fsr"), booted
    device = Device(link)
    device.hello()
    edges: list[float] = []
    link.rig.pins.on_edge(board.output.pin, lambda at_s, _level: edges.append(at_s))
    probe = TickProbe(link.rig.board, 500)
    decoder = wire.Decoder()
    heap = [device.stats().heap_free]
    port = link.rig.board.port
    link.advance(0.02)
    probe.clear()
    taken = 0
    start_s = link.now_s()
    for data, frames in Noise(4, ctrl_c=False).pieces(BYTES, 4096):
        link.write(data)
        found: list[Frame] = []
        quiet = 0
        while quiet < 4:  # what has left the queue still waits in MicroPython's own
            link.advance(PIECE_S)
            more = answers(decoder, link.read())
            found += more
            quiet = 0 if port.queue or more else quiet + 1
        assert found == answered(frames)
        assert link.rig.motor_duty() == (0.0, 0.0)
        taken += len(frames)
        if len(heap) < 8:
            heap.append(device.stats().heap_free)
    late_us, ticks = probe.lateness_us, len(probe.ticks)
    assert ticks == pytest.approx((link.now_s() - start_s) * 2000, abs=3), "a tick was lost"
    assert max(late_us) <= LATE_MAX_US
    assert taken > 100
    assert decoder.bad == 0
    assert edges == [], "the motor's pin moved"
    assert device.stats().heap_free >= heap[-1] - 2048, "memory grew"
    assert device.hello().board == board.name
