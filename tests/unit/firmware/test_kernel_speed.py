"""Speed in the tick: pulses to strokes a minute, stand-still, counted strokes, estimates, PI."""

import pytest

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from tapote import setup
from tests.unit.firmware.rig import FULL, Rig

TICK_HZ = 2000
FULL_RATE_SPM = 3000
FF_GAIN = (4096 << 16) // FULL_RATE_SPM  # 89478: 4096 of duty make 3000 strokes/min


def crank(**slots: int) -> Rig:
    """A crank whose tachometer gives 14.4 pulses a stroke (gain 3.75e9 / 14400, step 1000 * 2**24 / 14400)."""
    rig = Rig(actuator=0, tach_gain=260416, tach_step_q24=1165084, ff_gain_q16=FF_GAIN, kp_q8=128, ki_q16=40)
    rig.set(out_rise_q12=14, tach_timeout_us=300000, integral_q16=0)
    rig.set(**slots)
    return rig


class Motor:
    """A first-order motor: rate goes to full_spm * duty - load_spm with 80 ms, and shows in the tachometer."""

    def __init__(self, rig: Rig, pulses_per_stroke: float = 14.4) -> None:
        self.rig = rig
        self.rate_spm = 0.0
        self.load_spm = 0.0
        self.held = False
        self.pulses = 0.0
        self._pulses_per_stroke = pulses_per_stroke

    def run(self, ticks: int) -> list[int]:
        """Close the loop for so many ticks; the measured rate of each."""
        rates = []
        for _ in range(ticks):
            goal_spm = max(FULL_RATE_SPM * self.rig["out_q12"] / 4096 - self.load_spm, 0.0)
            self.rate_spm = 0.0 if self.held else self.rate_spm + (goal_spm - self.rate_spm) / (0.08 * TICK_HZ)
            self.turn(self.rate_spm)
            rates.append(self.rig["rate_spm"])
        return rates

    def turn(self, rate_spm: float) -> None:
        """One tick at a rate."""
        self.pulses += rate_spm * self._pulses_per_stroke / 60 / TICK_HZ
        self.rig.set(tach_now=int(self.pulses) & 0xFFFF)
        self.rig.step()


@pytest.mark.parametrize("rate_spm", [300, 600, 1500, 2800, 3200])
@pytest.mark.parametrize("milli", [1000, 14400, 100000])
def test_rate_is_measured_within_three_percent(rate_spm: int, milli: int) -> None:
    rig = crank(tach_gain=3_750_000_000 // milli, tach_timeout_us=900000)
    motor = Motor(rig, milli / 1000)
    for tick in range(6000):
        motor.turn(rate_spm)
        if tick > 4000:
            assert rig["rate_spm"] == pytest.approx(rate_spm, rel=0.03)


def test_the_first_pulse_after_a_stand_still_only_starts_the_measurement() -> None:
    rig = crank(now_us=900000)
    rig.set(tach_now=1)
    rig.step()
    assert (rig["rate_spm"], rig["tach_pulses"], rig["tach_start_us"]) == (0, 0, rig["now_us"])
    rig.steps(39)
    rig.set(tach_now=2)
    rig.step()  # 1 pulse in 40 ticks = 20 ms: 260416 // (20000 >> 4) = 208 strokes/min, of which half is taken on
    assert rig["rate_spm"] == 104


def test_no_pulse_for_the_timeout_means_standing_still() -> None:
    rig = crank()
    motor = Motor(rig)
    for _ in range(400):
        motor.turn(1500)
    rig.set(tach_now=int(motor.pulses) + 1 & 0xFFFF)
    rig.step()
    rig.steps(600)  # 300 ms
    assert rig["rate_spm"] > 1400
    rig.step()
    assert (rig["rate_spm"], rig["tach_pulses"]) == (0, -1)


def test_a_pulse_after_the_timeout_is_no_measurement_over_the_pause() -> None:
    rig = crank(now_us=1_000_000)
    rig.set(rate_spm=1000, tach_pulses=5, tach_start_us=100_000, tach_seen_us=200_000, tach_now=1)
    rig.step()
    assert (rig["rate_spm"], rig["tach_pulses"]) == (0, 0)


def test_noise_on_the_wire_reads_as_the_fastest_rate_never_as_a_slow_one() -> None:
    """63 pulses in every tick on a tach of one pulse a stroke: 7.5 million strokes/min do not fit 32 bits."""
    rig = crank(tach_gain=3_750_000, tach_step_q24=1 << 24)
    for tick in range(200):
        rig.set(tach_now=63 * tick & 0xFFFF)
        rig.step()
        assert 0 <= rig["rate_spm"] <= 8000
    assert rig["rate_spm"] == 8000


def test_up_to_63_pulses_of_a_tick_count() -> None:
    rig = crank(tach_step_q24=1000)
    rig.set(tach_now=63)
    rig.step()
    assert rig["stroke_phase_q24"] == 63_000


def test_the_pulse_counter_may_wrap() -> None:
    rig = crank(tach_last=0xFFF0)
    motor = Motor(rig)
    motor.pulses = float(0xFFF0)
    for _ in range(2000):
        motor.turn(1500)
    assert rig["rate_spm"] == pytest.approx(1500, rel=0.03)


def test_strokes_are_counted_from_pulses() -> None:
    rig = crank(out_q12=1)
    motor = Motor(rig)
    for _ in range(10 * TICK_HZ):
        motor.turn(600)
    assert rig["strokes"] == pytest.approx(100, abs=1)
    rig.set(enable=0)
    for _ in range(TICK_HZ):
        motor.turn(600)
    assert rig["strokes"] == pytest.approx(100, abs=1), "strokes of a crank that runs out do not count"


def test_without_a_tachometer_rate_and_strokes_are_estimated_from_duty() -> None:
    """Feed-forward 1500 * 89478 >> 16 = 2047 of 4096; 2047 * 3000 >> 12 = 1499 strokes/min; 25 strokes a second."""
    board = compile_board(load_board("pico_mosfet_fsr")) | {"actuator": 1, "full_rate_spm": FULL_RATE_SPM}
    slots = setup.board_slots(board)
    rig = crank(actuator=1, rate_target_spm=1500, out_rise_q12=4096)
    rig.set(tach_gain=slots["tach_gain"], tach_step_q24=slots["tach_step_q24"])
    rig.steps(2)
    assert (rig["out_q12"], rig["rate_spm"]) == (2047, 1499)
    rig.steps(4 * TICK_HZ)
    assert rig["strokes"] == pytest.approx(100, abs=1)


def test_duty_rises_by_its_slew_and_falls_at_once() -> None:
    rig = crank(actuator=1, rate_target_spm=1500, tach_gain=3000)
    outs = []
    for _ in range(200):
        rig.step()
        outs.append(rig["out_q12"])
    assert outs[:3] == [14, 28, 42]
    assert outs[-1] == 2047
    rig.set(rate_target_spm=150)
    rig.step()
    assert rig["out_q12"] == 204  # 150 * 89478 >> 16


@pytest.mark.parametrize("target_spm", [600, 1500, 2400])
def test_pi_reaches_the_target_under_load(target_spm: int) -> None:
    rig = crank(rate_target_spm=target_spm)
    motor = Motor(rig)
    motor.load_spm = 300
    motor.run(4 * TICK_HZ)
    rates = motor.run(TICK_HZ)
    assert sum(rates) / len(rates) == pytest.approx(target_spm, rel=0.02)


def test_pi_does_not_wind_up_while_the_motor_cannot_follow() -> None:
    """Held still: error 1500, P = 1500 * 128 >> 8 = 750, feed 2047. The integral ends where they reach 4096: 1299."""
    rig = crank(rate_target_spm=1500)
    motor = Motor(rig)
    motor.held = True
    motor.run(10 * TICK_HZ)
    assert rig["integral_q16"] >> 16 == pytest.approx(1299, abs=1)
    assert rig["out_q12"] == 4096
    motor.held = False
    motor.run(5 * TICK_HZ)  # the loop closes with 1.5 s: (1 + 0.73 * kp) / (0.73 * ki * ticks a second)
    assert motor.rate_spm == pytest.approx(1500, rel=0.05), "held for 10 s, and over it in 5"


def test_pi_never_lets_the_integral_grow_beyond_half_of_all() -> None:
    """No feed-forward and no P: only the cap keeps the integral from taking all the drive."""
    rig = crank(rate_target_spm=1000, ff_gain_q16=0, kp_q8=0, ki_q16=4000, out_rise_q12=4096)
    rig.steps(2000)
    assert rig["integral_q16"] == 2048 << 16
    assert rig["out_q12"] == 2048


def test_the_integral_learns_nothing_while_backing_off_and_forgets_with_the_motor() -> None:
    rig = crank(rate_target_spm=1500, integral_q16=100 << 16)
    rig.push(2500)  # 40 N: scale at once below all
    rig.steps(100)
    assert rig["scale_q16"] < FULL
    assert rig["integral_q16"] == 100 << 16
    rig.set(enable=0)
    rig.step()
    assert rig["integral_q16"] == 0


def test_no_rate_means_no_duty_whatever_the_integral_says() -> None:
    rig = crank(rate_target_spm=0, integral_q16=500 << 16, out_rise_q12=4096)
    rig.step()
    assert rig["out_q12"] == 0


def test_drive_is_what_may_be_added_to_the_feed_forward() -> None:
    """Drive 25 % and a held crank: ceiling = 2047 + (4096 - 2047) * 1024 / 4096 = 2559."""
    rig = crank(rate_target_spm=1500, drive_target_q12=1024)
    motor = Motor(rig)
    motor.held = True
    motor.run(2 * TICK_HZ)
    assert rig["out_q12"] == 2559


def test_backing_off_takes_feed_forward_and_torque_to_zero() -> None:
    rig = crank(actuator=1, rate_target_spm=1500, tach_gain=3000, out_rise_q12=4096)
    outs = []
    for counts in (0, 2500, 3000, 3124, 3125):  # 0, 40, 48, 49.98, 50 N
        rig.push(counts)
        rig.step()
        outs.append(rig["out_q12"])
    assert outs[0] == 2047
    assert outs == sorted(outs, reverse=True)
    assert outs[-1] == 0
    assert outs[1] == pytest.approx(1023, abs=3), "half-way from soft to hard, half of the feed-forward"
