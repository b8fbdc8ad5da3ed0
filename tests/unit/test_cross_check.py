"""The comparison of force sensor and motor: what is stored, what is refused, and what the device then finds."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from host_tools import cross_check
from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.device import Device
from host_tools.errors import TapoteError
from host_tools.links.sim import SimLink
from host_tools.plant.build import build_plant
from tapote import params

BOARD = load_board("pico_mosfet_fsr")
OFF = params.defaults()[params.slot(cross_check.LIMIT)]


@pytest.fixture
def link() -> Iterator[SimLink]:
    """The shipped crank board with a normal hand on a thigh."""
    with closing(SimLink(compile_board(BOARD), build_plant(BOARD, region="thigh", seconds=60.0))) as made:
        yield made


@pytest.mark.parametrize(("felt", "limit"), [(800, 1000), (1000, 1180), (1049, 1237), (1200, 1416)])
def test_the_limit_is_what_was_felt_and_eighteen_percent(felt: int, limit: int) -> None:
    assert cross_check.limit_for(felt) == limit


@pytest.mark.parametrize(("felt", "says"), [(0, "too little"), (799, "80 %"), (1201, "120 %"), (5000, "500 %")])
def test_what_does_not_fit_is_refused(felt: int, says: str) -> None:
    with pytest.raises(TapoteError, match=says):
        cross_check.limit_for(felt)


def test_a_sound_device_learns_its_limit_and_keeps_it(link: SimLink) -> None:
    device = Device(link)
    device.hello()
    assert device.get(cross_check.LIMIT) == OFF
    felt, limit = cross_check.cross_check(device, BOARD)
    assert 900 <= felt <= 1120
    assert device.get(cross_check.LIMIT) == device.stored(cross_check.LIMIT) == limit == felt * 1180 // 1000


def test_a_sensor_that_is_off_is_refused_and_nothing_changes(link: SimLink) -> None:
    assert link.plant is not None
    link.plant.faults.force_gain = 0.7
    device = Device(link)
    device.hello()
    with pytest.raises(TapoteError, match="more than 20 % off"):
        cross_check.cross_check(device, BOARD)
    assert device.get(cross_check.LIMIT) == device.stored(cross_check.LIMIT) == OFF


def test_a_hand_that_does_not_press_is_refused() -> None:
    plant = build_plant(BOARD, region="thigh", press_n=1.0, seconds=60.0)
    with closing(SimLink(compile_board(BOARD), plant)) as link:
        device = Device(link)
        device.hello()
        with pytest.raises(TapoteError, match="too little"):
            cross_check.cross_check(device, BOARD)
        assert device.get(cross_check.LIMIT) == OFF


def test_a_board_that_cannot_compare_says_so(link: SimLink) -> None:
    with pytest.raises(TapoteError, match="cannot compare"):
        cross_check.cross_check(Device(link), BOARD.model_copy(update={"tach": None}))


def test_after_it_a_gain_lost_by_30_percent_is_found(link: SimLink) -> None:
    """Two rounds of ten seconds, and one that had begun before; while it was sound a whole session ran."""
    device, plant = Device(link), link.plant
    assert plant is not None
    device.hello()
    cross_check.cross_check(device, BOARD)
    plant.faults.force_gain = 0.7
    device.upload(cross_check.program(BOARD))
    device.pump(1.0)
    assert device.arm(tethered=True) == []
    link.press_button()
    device.pump(2.0)
    plant.begin_press()
    start_s = link.now_s()
    while device.hello().state in ("RUNNING", "BACKOFF"):
        device.pump(0.5)
    assert device.stats().fault_names == ["FORCE_DISAGREE"]
    assert 10.0 < link.now_s() - start_s < 30.0
