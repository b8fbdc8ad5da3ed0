"""docs/campaign.md and the lines on the screen: what the result says, in words."""

from pathlib import Path
from typing import Any

from host_tools import reference
from host_tools.campaign import acts, hands, machines, people, watch
from host_tools.campaign.link import FROM_ARMED, GUARDED, NO_ERROR
from host_tools.campaign.trace import ANSWERS
from host_tools.errors import TapoteError
from host_tools.numerals import counted
from host_tools.paths import in_repo, repo_or_data

PAGE = "docs/campaign.md"
EMULATED = "emulated"
TOLD_FAULTS = 40
ADVERSE_RANGES = (
    *machines.RANGES,
    ("built to it", "motor ± 10 %, pack resistance ± 30 % of what the board file says"),
    ("force sensor's error", "gain ± 20 %, zero - 2 to + 3 N, beside its noise and wander"),
    ("tissue", "soft, normal, firm of ten regions, 0.5 to 2.5 times as stiff"),
    ("program", "a profile of the library on one of its regions; in 15 % phases of any numbers the wire can carry"),
    *hands.RANGES,
    *acts.RANGES,
    ("trying again", "up to twice: lift, clear, arm, press"),
)


def summary(result: dict[str, Any]) -> list[str]:
    """The result in a few lines."""
    lines = []
    if part := result.get("adverse"):
        lines.append(
            f"{part['traces']} adverse traces ({part['moving_h']:.1f} h of running, {EMULATED}): "
            f"{len(part['broken'])} invariants broken; force at the sensor above the trip while driven for "
            f"{part['over_trip_driven_ms']:g} ms at most (allowed {watch.OVER_TRIP_US / 1000:g}), "
            f"{part['faults'].get('FORCE_TRIP', 0)} force trips; contact force above the trip in "
            f"{part['traces_over_trip']} traces."
        )
    if part := result.get("normal"):
        lines.append(
            f"{part['hours']:.1f} h of normal use ({EMULATED}, {part['sessions']} sessions): "
            f"{part['false_trips']} false trips, {part['false_faults']} faults without a reason, "
            f"{len(part['rows'])} faults in all; {len(part['broken'])} invariants broken."
        )
    lines.append(
        f"{result['emulated_s'] / 3600:.1f} h {EMULATED} took {result['cpu_s']:.0f} s of CPU time, "
        f"{_factor(result):.0f} times faster than real time on each core; "
        f"this call {result['wall_s']:.0f} s of wall time."
    )
    lines.append("PASSED" if not result["failed"] else f"FAILED: {counted(len(result['failed']), 'finding')}")
    return lines


def write_page(result: dict[str, Any]) -> Path:
    """Put the result into the page. TapoteError outside a checkout, or when a kind of trace is missing."""
    if not in_repo() or "adverse" not in result or "normal" not in result:
        raise TapoteError(
            f"{PAGE} takes the figures of both kinds of traces, in a checkout",
            fix="Run `tapote campaign --traces 10000 --hours 100 --write-docs` there.",
        )
    page = repo_or_data(PAGE)
    made = blocks() | {"figures": lambda: figures(result), "faults": lambda: faults(result)}
    page.write_text(reference.update(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    return page


def blocks() -> dict[str, Any]:
    """The parts of the page that the source alone decides."""
    return {"promises": promises, "adverse": lambda: _table(ADVERSE_RANGES), "normal": lambda: _table(people.RANGES)}


def promises() -> str:
    """What is looked at after every tick, and what beside it."""
    return "\n".join(f"- {text}" for text in (*watch.PROMISES, FROM_ARMED, GUARDED, NO_ERROR, ANSWERS))


def figures(result: dict[str, Any]) -> str:
    """The table of figures."""
    bad, good = result["adverse"], result["normal"]
    rows = [
        [
            "Adverse traces",
            "10 000",
            f"{bad['traces']:,}".replace(",", " ") + f", seeds {bad['seeds'][0]} to {bad['seeds'][1]}",
        ],
        ["of which with force above the trip while running", "", str(bad["traces_over_trip"])],
        ["of which backed off", "", str(bad["traces_backed_off"])],
        ["of which never ran (refused, or nobody could start it)", "", str(bad["traces_never_started"])],
        ["Running in them", "", f"{bad['moving_h']:.1f} h {EMULATED}, driven {bad['driven_h']:.1f} h"],
        ["Highest contact force met", "", f"{bad['true_peak_n']:.0f} N"],
        ["Force at the sensor above the trip while driven, longest", "≤ 5 ms", f"{bad['over_trip_driven_ms']:g} ms"],
        ["The same of the true force, whatever the sensor says", "", f"{bad['true_over_trip_driven_ms']:g} ms"],
        ["Invariants broken", "0", str(len(bad["broken"]) + len(good["broken"]))],
        ["Normal use", "100 h", f"{good['hours']:.1f} h of running {EMULATED}, {good['sessions']} sessions"],
        ["False force trips", "0", str(good["false_trips"])],
        ["Faults without a reason", "0", str(good["false_faults"])],
        ["Faults with a reason", "", str(len(good["rows"]) - good["false_faults"])],
        ["Sessions that began with a refusal", "", str(len(good["refused"]))],
        ["Emulated time in all", "", f"{result['emulated_s'] / 3600:.1f} h"],
        ["CPU time for it, where this was made", "", f"{result['cpu_s']:.0f} s, real time / {_factor(result):.0f}"],
        ["Firmware, physics and draws", "", f"fingerprint `{result['fingerprint']}`"],
    ]
    return "\n".join(reference.markdown_table(["figure", "target", "measured"], rows))


def faults(result: dict[str, Any]) -> str:
    """Faults of both kinds: counted in adverse traces, each one explained in normal use."""
    lines = reference.markdown_table(
        ["fault in adverse traces", "times"],
        [[name, str(number)] for name, number in result["adverse"]["faults"].items()],
    )
    rows = [
        [row["trace"], row["fault"], f"{row['at_s']:.0f} s", "yes" if row["real"] else "NO", row["why"], _whose(row)]
        for row in result["normal"]["rows"]
    ]
    lines += ["", f"Faults in normal use: {len(rows)}."]
    if rows:
        heads = ["trace", "fault", "at", "has its reason", "reason", "who, on what"]
        lines += ["", *reference.markdown_table(heads, rows[:TOLD_FAULTS])]
    if len(rows) > TOLD_FAULTS:
        lines += ["", f"And {len(rows) - TOLD_FAULTS} more like them: `tapote campaign --json` has all."]
    return "\n".join(lines)


def _factor(result: dict[str, Any]) -> float:
    return float(result["emulated_s"] / result["cpu_s"]) if result["cpu_s"] else 0.0


def _whose(row: dict[str, Any]) -> str:
    about = row["about"]
    machine = f"{about['board']}: {about['machine']}" if about["board"] == "drawn" else about["board"]
    return f"{about['person']}, {about['program']}; {machine}"


def _table(ranges: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(reference.markdown_table(["drawn", "range"], [list(row) for row in ranges]))
