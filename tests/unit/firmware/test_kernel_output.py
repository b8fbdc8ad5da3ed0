"""From strength to the levels of the PIO: the stroke's shape, unipolar and bridge, rhythm, slow rise of drive."""

from array import array

import pytest

from tapote import units, waves
from tests.unit.firmware.rig import FULL, Rig

HALF = 1 << 23


def shaped(sample: int, **slots: int) -> Rig:
    """A linear actuator whose whole stroke is one sample: 32768 nothing, 65535 push, 0 pull."""
    rig = Rig(**slots)
    waves.set_stroke(rig.wave, 0, [sample] * 256)
    return rig


def test_the_default_stroke_pushes_once_and_comes_back() -> None:
    rig = Rig(stroke_inc_q24=(1 << 24) // 64, rate_target_spm=1875)
    levels = []
    for _ in range(64):
        rig.step()
        levels.append(rig.out[0])
    assert max(levels) == levels[31] == 4095  # 4096 * 32767 >> 15
    assert min(levels) == levels[63] == 0
    assert levels[:32] == sorted(levels[:32])
    assert levels[:31] == levels[62:31:-1], "the way back mirrors the way out"
    assert rig["strokes"] == 1
    assert rig["rate_spm"] == 1875


def test_the_wave_is_interpolated_between_its_samples() -> None:
    rig = Rig()
    rig.wave[128:130] = array("H", [32768 + 8192, 32768 + 16384])
    rig.set(stroke_phase_q24=HALF + (1 << 14))  # a quarter of the way from sample 128 to 129
    rig.step()
    assert rig["out_q12"] == (8192 + 2048) * 4096 >> 15


@pytest.mark.parametrize(
    ("sample", "top", "levels"),
    [
        (65535, 312, (311, 0)),  # 4095 * 312 >> 12
        (49152, 312, (156, 0)),  # half push
        (32768, 312, (0, 0)),
        (16384, 312, (0, 0)),  # one switch cannot pull
        (0, 312, (0, 0)),
    ],
)
def test_one_switch_can_only_push(sample: int, top: int, levels: tuple[int, int]) -> None:
    rig = shaped(sample, top=top)
    rig.step()
    assert tuple(rig.out) == levels


@pytest.mark.parametrize(
    ("sample", "levels"),
    [
        (49152, (312, 312 - 156)),  # IN1 full, IN2 chopped: between pulses both are high, and the bridge brakes
        (32768, (0, 0)),  # both low: it coasts
        (16384, (312 - 156, 312)),  # the other way round
        (0, (0, 312)),
        (65535, (312, 1)),
    ],
)
def test_a_bridge_chops_the_other_input(sample: int, levels: tuple[int, int]) -> None:
    rig = shaped(sample, top=312, bipolar=1)
    rig.step()
    assert tuple(rig.out) == levels


def test_strength_and_scale_multiply() -> None:
    rig = shaped(65535, drive_target_q12=2048)  # half drive
    rig.push(2500)  # 40 N: half of the drive is left, 32734 of 65536
    rig.step()
    assert rig["out_q12"] == 1022  # (2048 * 32767 >> 15 = 2047) * (32734 >> 4 = 2045) >> 12


def test_drive_starts_softly_and_falls_at_once() -> None:
    rig = shaped(65535, drive_q16=0, rise_q16=units.rise_q16(500, 500))
    rig.step()
    assert rig["drive_q16"] == 16
    rig.steps(1999)
    assert rig["drive_q16"] == 32000, "a second for less than half"
    rig.steps(2200)
    assert rig["drive_q16"] == FULL
    rig.set(drive_target_q12=410)
    rig.step()
    assert rig["drive_q16"] == 410 << 4
    rig.set(drive_target_q12=0)
    rig.step()
    assert (rig["drive_q16"], rig.out[0]) == (0, 0)


def test_drive_rises_no_further_than_it_is_wanted() -> None:
    rig = shaped(65535, drive_q16=0, drive_target_q12=2, rise_q16=20)
    seen = []
    for _ in range(4):
        rig.step()
        seen.append(rig["drive_q16"])
    assert seen == [20, 2 << 4, 2 << 4, 2 << 4]


def test_a_pause_makes_scale_and_drive_rise_anew() -> None:
    rig = shaped(65535)
    rig.step()
    rig.set(enable=0)
    rig.step()
    rig.set(enable=1)
    rig.step()
    assert (rig["drive_q16"], rig["scale_q16"]) == (16, 16)


def test_swell_goes_from_strong_to_gentle_and_back() -> None:
    """Depth 40 % = 1638: at the weakest 4096 - 1638 = 2458 of 4096; a period of 256 ticks."""
    rig = shaped(65535, rhythm_kind=1, rhythm_depth_q12=1638, rhythm_inc_q24=1 << 16)
    outs = []
    for _ in range(512):
        rig.step()
        outs.append(rig["out_q12"])
    assert outs[127] == min(outs) == 2458 * 32767 >> 15
    assert outs[255] == outs[511] == max(outs) == 4095
    assert outs[:256] == outs[256:]
    assert outs[127:256] == sorted(outs[127:256])


def test_burst_is_all_or_what_the_depth_leaves() -> None:
    """A quarter of 256 ticks on, then a pause of depth 100 %."""
    rig = shaped(65535, rhythm_kind=2, rhythm_depth_q12=4096, rhythm_inc_q24=1 << 16, rhythm_on_q16=16384)
    outs = []
    for _ in range(256):
        rig.step()
        outs.append(rig["out_q12"])
    assert outs == [4095] * 63 + [0] * 192 + [4095]


def test_steady_ignores_depth_and_a_rhythm_begins_at_its_strongest() -> None:
    rig = shaped(65535, rhythm_phase_q24=HALF, rhythm_depth_q12=4096, rhythm_inc_q24=1 << 16)
    rig.steps(3)
    assert (rig["out_q12"], rig["rhythm_phase_q24"]) == (4095, 0)
    rig.set(rhythm_kind=1)
    rig.step()
    assert rig["out_q12"] > 4000


def test_rhythm_scales_the_rate_of_a_crank_too() -> None:
    rig = Rig(actuator=1, rate_target_spm=2000, ff_gain_q16=65536, tach_gain=3000, out_rise_q12=4096)
    rig.step()
    assert rig["out_q12"] == 2000
    rig.set(rhythm_kind=2, rhythm_depth_q12=2048, rhythm_on_q16=0)
    rig.step()
    assert rig["out_q12"] == 1000


def test_every_return_from_no_drive_is_a_soft_start() -> None:
    """The feed-forward of a crank follows the share alone: 2000 of 4096 at the full share of 65536."""
    rig = Rig(actuator=1, rate_target_spm=2000, ff_gain_q16=65536, tach_gain=3000, out_rise_q12=4096, rise_q16=16)
    rig.step()
    assert rig["out_q12"] == 2000
    rig.set(drive_target_q12=1)
    rig.step()
    assert rig["scale_q16"] == FULL, "next to no drive is not none"
    rig.set(drive_target_q12=0)
    rig.step()
    assert (rig["out_q12"], rig["scale_q16"], rig["drive_q16"]) == (0, 0, 0)
    rig.set(drive_target_q12=4096)
    rig.steps(1000)
    assert (rig["scale_q16"], rig["drive_q16"]) == (16_000, 16_000)
    assert rig["out_q12"] == 2000 * (16_000 >> 4) >> 12 == 488, "a quarter of the feed-forward"
    rig.steps(3096)
    assert rig["scale_q16"] == FULL


def test_phase_stands_while_not_enabled() -> None:
    rig = Rig(enable=0, stroke_inc_q24=1 << 20, rate_target_spm=3000)
    rig.steps(10)
    assert (rig["stroke_phase_q24"], rig["rate_spm"]) == (0, 0)


@pytest.mark.parametrize(
    ("hard_mn", "soft_mn", "gain", "raw"),
    [
        (50000, 15000, units.fold_gain(4500, 5000), 1000),
        (52021, 30000, units.fold_gain(30000, 50000), 2000),  # (52021 - 32000) * 838 / 256 = 65537: one above all
    ],
)
def test_limits_half_written_never_give_more_than_all(hard_mn: int, soft_mn: int, gain: int, raw: int) -> None:
    """The loop stores soft, hard and slope one after the other; a tick between sees a slope of another pair."""
    rig = Rig(soft_mn=soft_mn, hard_mn=hard_mn, fold_gain=gain)
    rig.push(raw)
    rig.steps(3)
    assert rig["scale_q16"] == FULL
