"""The heartbeat: a tethered host speaks every 100 ms, whatever it waits for, and only then."""

import pytest

from host_tools.device import BEAT_S, Device
from tapote import wire
from tests.unit.links.test_bridge import EchoLink


class BeatLink(EchoLink):
    """Keeps when each beat came."""

    def __init__(self) -> None:
        super().__init__()
        self.beats_s: list[float] = []

    def write(self, data: bytes) -> None:
        frames = wire.Decoder().feed(data)
        self.beats_s += [self.now_s() for kind, _, _ in frames if kind == wire.BEAT]


@pytest.mark.parametrize("pump_s", [0.003, 0.1, 1.0])
def test_a_tethered_host_beats_every_100_ms(pump_s: float) -> None:
    link = BeatLink()
    device = Device(link)
    device.tethered = True
    while link.now_s() < 5:
        device.pump(pump_s)
    gaps_s = [after - before for before, after in zip(link.beats_s, link.beats_s[1:], strict=False)]
    assert link.beats_s[0] == 0.0
    assert min(gaps_s) > 0.09
    assert max(gaps_s) <= BEAT_S + 0.02


def test_a_host_that_is_not_tethered_does_not_beat() -> None:
    link = BeatLink()
    Device(link).pump(2)
    assert link.beats_s == []
