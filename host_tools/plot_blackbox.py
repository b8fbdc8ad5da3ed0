"""The picture of a black box: force, drive and timing in the last ticks before a fault."""

from collections.abc import Sequence
from pathlib import Path

from host_tools import plot_file
from host_tools import plot_style as style
from host_tools.blackbox import Report
from host_tools.messages import fault_name, state_name

HEIGHTS = (0.1, 2.6, 1.6, 1.2, 0.8)  # the first stays empty: room between the heading and the first panel
LATE_MIN_US = 10


def save(report: Report, paths: Sequence[Path]) -> None:
    """Draw and write to each path (.png or .svg; plot_file.check has passed). UsageError when a file cannot be."""
    box, ticks, times_ms = report.box, report.ticks, report.times_ms
    about = f"board {report.board}    firmware {report.firmware}    in state {state_name(box.state)}"
    about += f"    {box.run_ms / 1000:.1f} s into the session    {box.current_ma / 1000:.2f} A"
    about += f"    {box.battery_mv / 1000:.2f} V    {box.temperature_dc / 10:.1f} °C"
    drawing, panels = style.figure(
        f"Black box: {fault_name(box.fault)}", about, "SIMULATED" if report.simulated else "MEASURED", HEIGHTS
    )
    panels[0].set_axis_off()
    panels = panels[1:]
    force, drive, rate, late = panels
    for panel in panels:
        panel.set_xlim(times_ms[0], 0)
        panel.tick_params(labelbottom=panel is late)
    peaks_n = [tick.peak_mn / 1000 for tick in ticks]
    forces_n = [tick.force_mn / 1000 for tick in ticks]
    force.plot(times_ms, forces_n, color=style.BLUE, linewidth=1.5, label="force, each tick")
    force.plot(times_ms, peaks_n, color=style.GREEN, linewidth=1.3, linestyle=(0, (2, 1)), label="peak of the stroke")
    limit_n, trip_n = box.limit_mn / 1000, box.trip_mn / 1000
    force.axhline(limit_n, color=style.RED, linewidth=2.0)
    force.axhline(trip_n, color=style.INK, linewidth=1.6, linestyle="-.")
    force.set_ylim(0, max(trip_n, *forces_n, *peaks_n, 1.0) * 1.1)
    style.name_lines(force, [(limit_n, f"limit {limit_n:g} N", style.RED), (trip_n, f"trip {trip_n:g} N", style.INK)])
    style.name_panel(force, "Force, N")
    left = [tick.scale_q16 / 655.36 for tick in ticks]
    output = [tick.out_q12 / 40.96 for tick in ticks]
    drive.plot(times_ms, left, color=style.RED, linewidth=1.2, linestyle=(0, (5, 2)), label="left by foldback")
    drive.plot(times_ms, output, color=style.BLUE, linewidth=1.4, label="motor output")
    drive.set_ylim(min(0.0, *output) * 1.05, 104)
    style.name_panel(drive, "Drive, %")
    rate.plot(times_ms, [tick.rate_spm for tick in ticks], color=style.BLUE, linewidth=1.4, label="measured")
    rate.axhline(box.rate_target_spm, color=style.INK, linewidth=1.2, linestyle=(0, (5, 2)), label="asked")
    rate.set_ylim(bottom=0)
    style.name_panel(rate, "Stroke rate, strokes/min")
    late.step(times_ms, [tick.late_us for tick in ticks], where="post", color=style.PURPLE, linewidth=1.0)
    late.set_ylim(0, max(LATE_MIN_US, *(tick.late_us for tick in ticks)) * 1.1)
    style.name_panel(late, "Lateness of the tick, us", legend=False)
    late.set_xlabel("time before the record stood still, ms", fontsize=10, color=style.INK)
    plot_file.write(drawing, paths)
