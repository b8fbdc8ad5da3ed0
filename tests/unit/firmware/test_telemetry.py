"""What the device tells of itself fits the wire, whatever the registers hold."""

import struct
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapote import field_names, params, states, telemetry, wire
from tests.unit.firmware.bench import Bench


def packed(bench: Bench, now_ms: int, dropped: int) -> tuple[int, ...]:
    """A record, as the host unpacks it."""
    body = bytearray(200)
    telemetry.pack(bench.app, now_ms, dropped, body)
    return struct.unpack_from(wire.MESSAGES[wire.TELEMETRY], body, 2)


def test_record_says_what_runs(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.start()
    names = field_names.FIELDS[wire.TELEMETRY]
    record = dict(zip(names, packed(bench, 1234, 5), strict=True))
    assert (record["time_ms"], record["dropped"], record["state"]) == (1234, 5, states.RUNNING)
    assert (record["rate_target_spm"], record["limit_mn"], record["scale_permille"]) == (1500, 40000, 1000)
    assert record["drive_permille"] == 600
    assert record["rate_spm"] == bench["rate_spm"]
    assert record["out_permille"] == bench["out_q12"] * 1000 // 4096
    assert abs(record["battery_mv"] - 11400) < 50
    assert abs(record["temperature_dc"] - 250) < 10
    assert record["strokes"] == bench["strokes"] > 50


def test_stats_sum_up_a_session(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.start()
    bench.plant.press(45000)  # above the limit of 40 N, below the trip of 65 N
    bench.run(100)
    bench.plant.press(0)
    bench.run(300)
    stats = dict(zip(field_names.FIELDS[wire.STATS_REPLY], telemetry.stats(bench.app), strict=True))
    assert 100_000 <= stats["over_us"] <= 102_000
    assert 100 <= stats["backoff_ms"] <= 500
    assert 45000 <= stats["peak_mn"] < 46000
    assert stats["run_ms"] == bench.app.session.run_ms
    assert stats["strokes"] == bench["strokes"]
    assert (stats["faults"], stats["too_much"], stats["lost_ticks"]) == (0, 0, 0)


@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_in_range_fits_its_field(tmp_path: Path, data: st.DataObject) -> None:
    bench = Bench(tmp_path, boot=False)
    for index, (_, low, high, _, _) in enumerate(params.PARAMS):
        if params.SLOTS[index] not in ("over_ticks", "tick_us"):
            bench.hal.regs[index] = data.draw(st.sampled_from((low, high)))
    bench.hal.regs[params.slot("over_ticks")] = 900 * 4000  # of the longest session at the quickest tick
    packed(bench, 0x3FFFFFFF, 0xFFFF)
    struct.pack(wire.MESSAGES[wire.STATS_REPLY], *telemetry.stats(bench.app))
