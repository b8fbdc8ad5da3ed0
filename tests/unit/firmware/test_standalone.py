"""The device with its one button and no computer: choose, arm, start, "too much", pause, stop; and what no finger can
do by mistake."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tapote import faults, programs, states, storage, wire
from tapote.programs import Programs
from tests.unit.firmware.bench import PHASE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """With programs in slots 2, 3 and 7 (as people count), and none chosen."""
    made = Bench(tmp_path)
    store(made, 1, 2, 6)
    return made


def store(bench: Bench, *indices: int) -> None:
    kept = Programs(bench.app.loader.root, bench.board["name"])
    for index in indices:
        bench.upload(*[PHASE] * (index + 1))
        bench.app.program.name = f"program {index + 1}"
        assert kept.save(index, bench.app.program, bench.hal.wave)
    bench.app.loader.begin(1, "")  # as after a start: nothing is loaded


def tap(bench: Bench) -> None:
    bench.press_for(100)


def hold(bench: Bench, ms: int = 1200) -> None:
    bench.press_for(ms)


def test_a_whole_session(bench: Bench) -> None:
    tap(bench)
    assert (bench.app.program.name, bench.app.loader.index) == ("program 2", 1)
    tap(bench)
    assert bench.app.program.name == "program 3"
    bench.run(3000)
    hold(bench)
    assert bench.state == states.IDLE, "not before the button has been up for half a second"
    assert bench.until(lambda: bench.state == states.ARMED, 1000) == pytest.approx(480, abs=30)
    bench.run(1000)
    assert bench.plant.duty == 0
    tap(bench)
    assert bench.state == states.RUNNING
    bench.run(4000)
    assert bench.plant.duty > 0
    limit_mn = bench["limit_mn"]
    tap(bench)
    assert (bench.state, bench.app.setpoints.said) == (states.RUNNING, 1)
    assert bench["limit_mn"] == limit_mn * 8 // 10
    bench.run(3000)
    hold(bench, 500)
    bench.run(500)
    assert (bench.state, bench.hal.connected) == (states.IDLE, False)
    hold(bench)
    bench.run(1000)
    assert bench.state == states.ARMED, "the same program again"


def test_taps_go_round(bench: Bench) -> None:
    names = []
    for _ in range(4):
        tap(bench)
        names.append(bench.app.program.name)
    assert names == ["program 2", "program 3", "program 7", "program 2"]
    assert bench.app.loader.whole


def test_a_tap_and_a_hold_pause_and_a_press_goes_on(bench: Bench) -> None:
    bench.start()
    tap(bench)
    bench.run(200)
    hold(bench, 500)
    assert (bench.state, bench.app.session.paused) == (states.ARMED, True)
    run_ms = bench.app.session.run_ms
    bench.run(2000)
    assert bench.plant.duty == 0
    tap(bench)
    assert bench.state == states.RUNNING
    bench.run(3000)
    assert bench.plant.duty > 0
    assert run_ms < bench.app.session.run_ms < run_ms + 3200, "the place was kept"
    assert bench.app.setpoints.said == 1, "the tap had said it"


def test_a_hold_long_after_a_tap_stops(bench: Bench) -> None:
    bench.start()
    tap(bench)
    bench.run(700)
    hold(bench, 500)
    assert bench.state == states.STOPPING


def test_a_panicking_hand_does_not_go_on_after_a_pause(bench: Bench) -> None:
    """Tap, hold, let go and press again at once: no start. A press after half a second of quiet is one."""
    bench.start()
    tap(bench)
    hold(bench, 500)
    assert bench.state == states.ARMED
    for _ in range(5):
        bench.run(200)
        tap(bench)
        assert bench.state == states.ARMED
    bench.run(600)
    tap(bench)
    assert bench.state == states.RUNNING


def test_the_hold_that_stopped_arms_nothing_however_long(bench: Bench) -> None:
    bench.start()
    hold(bench, 3000)
    bench.run(2000)
    assert bench.state == states.IDLE
    assert not bench.app.controls.wanted


def test_the_press_that_cleared_a_fault_chooses_and_arms_nothing(bench: Bench) -> None:
    tap(bench)
    bench.app._fail(1 << 23, bench.hal.now_ms())
    hold(bench)
    bench.run(2000)
    assert (bench.state, bench.app.program.name) == (states.IDLE, "program 2")


def test_held_since_power_on_it_arms_nothing(tmp_path: Path) -> None:
    store(Bench(tmp_path), 0)
    bench = Bench(tmp_path, boot=False)
    bench.hal.pressed = True
    bench.run(3000)
    bench.hal.pressed = False
    bench.run(3000)
    assert (bench.state, bench.app.loader.whole) == (states.IDLE, False)


def test_a_press_takes_the_wish_to_arm_back(bench: Bench) -> None:
    tap(bench)
    hold(bench)
    bench.run(300)
    tap(bench)
    bench.run(2000)
    assert bench.state == states.IDLE


@pytest.mark.parametrize("why", ["head", "program", "fault"])
def test_arming_is_refused_for_the_same_reasons_as_a_host_is(bench: Bench, why: str) -> None:
    if why != "program":
        tap(bench)
    if why == "head":
        bench.plant.press(8000)
    if why == "fault":
        bench.app.damage = "damaged"
    bench.run(1000)
    hold(bench)
    bench.run(600)
    assert (bench.state, bench.app.lamp.reason) == (states.IDLE, {"head": 2, "program": 6, "fault": 10}[why])
    bench.run(10_000)
    assert bench.app.lamp.reason == 0, "told, and over"


def test_nothing_stored_is_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.upload()
    tap(bench)
    assert bench.app.lamp.reason == 6
    assert (bench.app.program.name, bench.app.loader.whole) == ("test", True), "and what the host sent stays"


def test_a_host_cannot_arm_what_a_hand_has_chosen(bench: Bench) -> None:
    """It would start another program than the one it sent."""
    bench.upload()
    tap(bench)
    bench.run(1000)
    assert bench.app.loader.by_hand
    bench.upload()
    assert not bench.app.loader.by_hand


def test_a_hand_that_chooses_while_a_host_sends_ends_the_sending(bench: Bench) -> None:
    """Else the rest of the one would follow the whole of the other. Slot 3 has as many phases as were sent by then."""
    loader = bench.app.loader
    assert loader.begin(4, "sent")
    for index in range(3):
        assert loader.add_phase(index, PHASE) == wire.OK
    tap(bench)
    tap(bench)
    assert bench.app.program.name == "program 3"
    before = list(bench.hal.wave)
    assert loader.add_phase(3, PHASE) == loader.add_wave(0, (0,) * 32) == loader.commit() == wire.REFUSED
    assert (bench.app.program.name, len(bench.app.program.phases), loader.whole) == ("program 3", 3, True)
    assert list(bench.hal.wave) == before


def test_what_a_hand_has_chosen_is_not_stored_as_what_a_host_sent(bench: Bench) -> None:
    bench.upload()
    tap(bench)
    now_ms = bench.hal.now_ms()
    assert programs.serve(bench.app, programs.STORE, 4, 0, now_ms)[1] == (4, wire.REFUSED, storage.ABSENT, 0, 0, b"")
    bench.upload()
    assert programs.serve(bench.app, programs.STORE, 4, 0, now_ms)[1][1] == wire.OK


def test_a_record_that_is_no_program_is_passed_by(bench: Bench) -> None:
    """Whole by its checksum, but no phase lasts for no time: what is loaded stays, and the slot behind it is next."""
    tap(bench)
    slots = Programs(bench.app.loader.root, bench.board["name"]).slots(2)
    payload = bytearray(slots.load() or b"")
    payload[25:29] = bytes(4)  # the duration of its first phase
    assert slots.save(bytes(payload))
    tap(bench)
    assert (bench.app.program.name, bench.app.loader.index) == ("program 7", 6)
    for index in (1, 6):
        assert Programs(bench.app.loader.root, bench.board["name"]).erase(index)
    tap(bench)
    assert (bench.app.program.name, bench.app.lamp.reason) == ("program 7", 6), "and nothing changed"


def test_a_fault_while_the_button_is_down_ends_the_wish_and_is_told(bench: Bench) -> None:
    """Stuck from IDLE on: the LED must blink 29, not stay lit as if it waited for the hand to let go."""
    tap(bench)
    bench.hal.pressed = True
    bench.run(2000)
    assert bench.app.controls.wanted
    bench.run(9000)
    assert (bench.app.session.fault, bench.app.controls.wanted) == (faults.BUTTON_STUCK, False)
    levels = set()
    bench.run(6000, lambda: levels.add(bench.hal.led_permille))
    assert levels == {0, 1000}
    bench.hal.pressed = False
    bench.run(3000)
    assert bench.state == states.IDLE, "nor is it armed when the fault has let go"


@pytest.mark.parametrize("held_ms", [500, 1200])
@pytest.mark.parametrize("how", ["sent", "loaded"])
def test_a_host_that_changes_the_program_takes_the_wish_to_arm_back(bench: Bench, how: str, held_ms: int) -> None:
    """The hand meant the program that it had chosen."""
    tap(bench)
    bench.hal.pressed = True
    bench.run(held_ms)
    if how == "sent":
        bench.upload()
    else:
        programs.serve(bench.app, programs.LOAD, 6, 0, bench.hal.now_ms())
    bench.run(1000)
    bench.hal.pressed = False
    bench.run(2000)
    assert (bench.state, bench.app.loader.whole) == (states.IDLE, True)


DOWN_MS = st.sampled_from([40, 200, 330, 370, 600, 970, 1030, 1500])
UP_MS = st.sampled_from([40, 200, 470, 530, 1000])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(DOWN_MS, UP_MS), min_size=3, max_size=7))
def test_whatever_a_finger_does_only_the_defined_way_starts(
    tmp_path_factory: pytest.TempPathFactory, touches: list[tuple[int, int]]
) -> None:
    """A start needs a press of a second from IDLE, half a second of rest, and then a fresh press. tests/fuzz plays the
    same with bouncing contacts, a host, and a world that breaks."""
    bench = Bench(tmp_path_factory.mktemp("finger"))
    store(bench, 0)
    tap(bench)
    bench.run(600)
    down_ms = up_ms = 0
    last, longest_ms = False, 0
    state = bench.state

    def watch() -> None:
        nonlocal down_ms, up_ms, last, state, longest_ms
        pressed = bench.hal.pressed
        before, state = state, bench.state
        if pressed:
            down_ms = down_ms + 10 if last else 10
        else:
            if last:
                longest_ms, up_ms = down_ms, 0
            up_ms += 10
        last = pressed
        if before == states.IDLE and state == states.ARMED:
            assert longest_ms >= 1000
            assert not pressed
            assert up_ms >= 500
        if before == states.ARMED and state == states.RUNNING:
            assert pressed
            assert up_ms >= 490
            assert down_ms <= 40
        assert not bench.plant.duty or state in states.MOVING

    for down, up in touches:
        for pressed, ms in ((True, down), (False, up)):
            bench.hal.pressed = pressed
            bench.run(ms, watch)
