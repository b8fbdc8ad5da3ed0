"""1 MB of bad line on decoder and device: no bad frame is taken, and replay moves nothing and raises nothing."""

import tracemalloc
from collections.abc import Iterator

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.links.sim import SimLink
from host_tools.plant.build import build_plant
from tapote import params, states, wire
from tests.fuzz.noise import LIMITS, Noise, answered, answers
from tests.sessions import program

MB = 1 << 20


@pytest.fixture
def link() -> Iterator[SimLink]:
    board = load_board("pico_mosfet_fsr")
    link = SimLink(compile_board(board), build_plant(board))
    yield link
    link.close()


def test_the_decoder_takes_what_was_sent_whole_and_nothing_else() -> None:
    noise = Noise(1, ctrl_c=True)
    decoder = wire.Decoder()
    taken = 0
    for data, frames in noise.pieces(MB):
        assert [(kind, seq) for kind, seq, _ in decoder.feed(data)] == frames
        taken += len(frames)
    assert taken > 5000
    assert decoder.bad > 5000
    assert min(noise.counts.values()) > 500, "every kind of noise was there"
    assert len(decoder._raw) <= 2 * (wire.PAYLOAD_MAX + 6)


def test_the_device_acts_on_whole_frames_only_starts_nothing_and_keeps_its_memory(link: SimLink) -> None:
    noise = Noise(2, ctrl_c=True)
    decoder = wire.Decoder()
    states_seen = set()
    sizes = []
    tracemalloc.start()
    for number, (data, frames) in enumerate(noise.pieces(MB)):
        link.write(data)
        link.advance(0.001)
        assert answers(decoder, link.read()) == answered(frames)
        assert link.plant is not None
        assert (link.plant.rate_spm, link.hal.out[0]) == (0.0, 0)
        states_seen.add(link.app.session.state)
        if number % 64 == 63:
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    link.advance(0.01)
    assert states_seen >= {states.IDLE, states.ARMED}, "replayed ARMs were taken, and moved nothing"
    assert states.RUNNING not in states_seen
    assert decoder.bad == 0
    assert link.app.error == ""
    assert sizes[-1] - sizes[1] < 20_000, "memory grew"
    assert Device(link).hello().state in ("IDLE", "ARMED", "STOPPING")


def test_replay_while_the_motor_runs_raises_no_limit_and_after_stop_starts_nothing(link: SimLink) -> None:
    device = Device(link)
    device.upload(program(load_board("pico_mosfet_fsr"), 60.0))
    for slot in LIMITS:
        device.set(params.SLOTS[slot], params.PARAMS[slot][1] + 1000)
    device.pump(0.6)
    assert device.arm(tethered=False) == []
    link.press_button()
    device.pump(2.0)
    assert link.app.session.moving()
    before = [link.hal.regs[slot] for slot in LIMITS]
    sets = 0
    for data, frames in Noise(3, ctrl_c=True, without=(wire.STOP, wire.PAUSE)).pieces(100_000):
        link.write(data)
        link.advance(0.005)
        sets += sum(kind == wire.SET for kind, _ in frames)
        assert all(link.hal.regs[slot] <= most for slot, most in zip(LIMITS, before, strict=True))
        assert link.app.session.moving()
    assert sets > 50
    device.stop()
    for data, _ in Noise(4, ctrl_c=True).pieces(100_000):
        link.write(data)
        link.advance(0.005)
        assert not link.app.session.moving(), "a replay started the motor"
