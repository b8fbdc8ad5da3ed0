"""The simulated link: boots, keeps its own time, wakes on bytes, presses the button, and repeats itself to the byte."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from host_tools.errors import UsageError
from host_tools.links.factory import open_link
from host_tools.links.sim import SimLink
from host_tools.links.url import parse
from tapote import params, states, wire
from tests.sessions import simulated

if TYPE_CHECKING:
    from host_tools.links.link import Link


@pytest.fixture
def link() -> Iterator[SimLink]:
    made = simulated()
    yield made
    made.close()


def test_it_fits_the_protocol_and_says_that_it_is_simulated(link: SimLink) -> None:
    plain: Link = link
    assert (plain.name, plain.simulated) == ("sim:", True)
    assert plain.plant is not None


@pytest.mark.parametrize("board", ["pico_mosfet_fsr", "picow_drv8871_linear"])
def test_it_is_booted_and_idle_when_opened(board: str) -> None:
    link = simulated(f"?board={board}")
    assert link.app.session.state == states.IDLE
    assert link.app.session.held == 0
    link.close()


def test_time_passes_in_advance_alone_and_at_least_a_tick(link: SimLink) -> None:
    start_s = link.now_s()
    link.read()
    link.write(b"")
    assert link.now_s() == start_s
    link.advance(0.0)
    assert link.now_s() == pytest.approx(start_s + 0.0005)
    link.advance(0.1234)
    assert link.now_s() == pytest.approx(start_s + 0.1239, abs=0.0003)


def test_an_answer_comes_without_waiting_for_a_turn(link: SimLink) -> None:
    link.write(wire.encode(wire.GET, 9, struct.pack("<H", 0)))
    link.advance(0.001)
    [(kind, seq, _)] = wire.Decoder().feed(link.read())
    assert (kind, seq) == (wire.ACK, 9)
    assert link.read() == b""


def test_the_loop_turns_a_hundred_times_a_second_however_time_is_cut(link: SimLink) -> None:
    loops = link.hal.regs[params.slot("loops")]
    for seconds in (0.0005, 0.0032, 0.0001, 0.5, 0.013):
        link.advance(seconds)
    passed_s = link.now_s() - 0.2
    assert link.hal.regs[params.slot("loops")] - loops == int(passed_s / 0.01 + 1e-6)


def test_the_button_comes_up_by_itself(link: SimLink) -> None:
    link.press_button(0.1)
    link.advance(0.09)
    assert link.hal.pressed
    link.advance(0.03)
    assert not link.hal.pressed


def test_an_error_in_the_firmware_ends_in_its_fault_not_in_the_host(
    link: SimLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(link.app.safety, "measure", broken)
        link.advance(0.01)
    link.advance(0.05)
    assert link.app.session.state == states.FAULT
    assert not link.hal.connected


def bytes_of(options: str) -> bytes:
    """What a device sends in a second of telemetry."""
    link = simulated(options)
    link.write(wire.encode(wire.STREAM, 1, struct.pack("<H", 10)))
    link.advance(1.0)
    data = link.read()
    link.close()
    return data


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    assert bytes_of("?seed=5") == bytes_of("?seed=5")
    assert bytes_of("?seed=5") != bytes_of("?seed=6")


def test_closing_twice_is_allowed_and_leaves_nothing_behind() -> None:
    link = simulated()
    assert link.app.settings.save()
    root = Path(link.app.settings.slots._path).parent
    assert root.exists()
    link.close()
    link.close()
    assert not root.exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sim:?tissue=rock", "rock"),
        ("sim:?region=neck", "neck"),
        ("sim:?person=nobody", "nobody"),
        ("sim:?charge=2", "charge"),
        ("sim:?seconds=-1", "seconds"),
        ("sim:?press=0", "press"),
        ("sim:?board=nothing", "nothing"),
    ],
)
def test_a_world_that_cannot_be_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        open_link(parse(url))
    assert error.value.fix
