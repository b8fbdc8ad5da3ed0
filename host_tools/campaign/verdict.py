"""What the outcomes say together, and whether a fault in normal use had its reason."""

from collections import Counter
from typing import Any

from host_tools.campaign.people import PERSONS

Table = dict[str, Any]

SENSOR_SLACK_MN = 1500  # noise and wander of a force sensor
CELL_LOW_MV, CELL_CUT_MV = 3000, 2800
CELL_SLACK_MV = 60
HOT_C = 74.0
STANDING_SPM = 60
WINDING_C = 96.0  # 80 K over a room of 40 degrees is the firmware's limit; here the room has 24; and a tenth of error
END_SLACK_MS = 100


def adverse(outcomes: list[Table]) -> Table:
    """Summary of the adverse traces."""
    faults = Counter(met["fault"] for outcome in outcomes for met in outcome["met"])
    broken = [
        {"trace": f"adverse:{outcome['seed']}", "promise": promise, "at_s": at_s, "about": outcome["about"]}
        for outcome in outcomes
        for promise, at_s in outcome["broken"].items()
    ]
    longest_true = max(outcomes, key=lambda outcome: float(outcome["true_over_trip_driven_ms"]))
    return {
        "traces": len(outcomes),
        "seeds": [outcomes[0]["seed"], outcomes[-1]["seed"]],
        "emulated_h": _hours(outcomes, "total_s"),
        "moving_h": _hours(outcomes, "moving_s"),
        "driven_h": _hours(outcomes, "driven_s"),
        "broken": broken,
        "over_trip_driven_ms": max(outcome["over_trip_driven_ms"] for outcome in outcomes),
        "true_over_trip_driven_ms": longest_true["true_over_trip_driven_ms"],
        "true_over_trip_trace": f"adverse:{longest_true['seed']}",
        "traces_over_trip": sum(outcome["over_trip_ms"] > 0 for outcome in outcomes),
        "traces_backed_off": sum(outcome["backed_off"] for outcome in outcomes),
        "traces_never_started": sum(outcome["moving_s"] == 0 for outcome in outcomes),
        "faults": dict(faults.most_common()),
        "true_peak_n": max(outcome["true_peak_mn"] for outcome in outcomes) / 1000,
    }


def normal(outcomes: list[Table]) -> Table:
    """Summary of normal use: every fault with its reason, and those without one."""
    rows = [judge(outcome, met) for outcome in outcomes for met in outcome["met"]]
    people = {
        person: round(
            sum(outcome["moving_s"] for outcome in outcomes if outcome["about"]["person"] == person) / 3600, 2
        )
        for person in PERSONS
    }
    return {
        "sessions": len(outcomes),
        "seeds": [outcomes[0]["seed"], outcomes[-1]["seed"]],
        "hours": _hours(outcomes, "moving_s"),
        "hours_by_person": people,
        "broken": [
            {"trace": f"normal:{outcome['seed']}", "promise": promise, "at_s": at_s, "about": outcome["about"]}
            for outcome in outcomes
            for promise, at_s in outcome["broken"].items()
        ],
        "refused": [{"trace": f"normal:{o['seed']}", "reasons": o["refused"]} for o in outcomes if o["refused"]],
        "faults": dict(Counter(row["fault"] for row in rows).most_common()),
        "false_trips": sum(row["fault"] == "FORCE_TRIP" and not row["real"] for row in rows),
        "false_faults": sum(not row["real"] for row in rows),
        "rows": rows,
        "sessions_backed_off": sum(outcome["backed_off"] for outcome in outcomes),
        "sessions_over_limit": sum(
            outcome["true_peak_mn"] > outcome["about"]["force_n"] * 1000 for outcome in outcomes
        ),
    }


def judge(outcome: Table, met: Table) -> Table:
    """One fault of normal use: real when what it says was so, and the reason in words."""
    about = outcome["about"]
    given_mn = met["true_peak_mn"] * about["sensor_gain"] + about["sensor_offset_n"] * 1000
    real, why = False, "no reason found"
    match met["fault"]:
        case "FORCE_TRIP":
            real = given_mn + SENSOR_SLACK_MN >= met["trip_mn"]
            why = f"contact force {met['true_peak_mn'] / 1000:.1f} N, trip {met['trip_mn'] / 1000:g} N"
        case "BATTERY_LOW":
            real = met["true_cell_mv"] <= CELL_LOW_MV + CELL_SLACK_MV
            why = f"{met['true_cell_mv'] / 1000:.2f} V a cell"
        case "BATTERY_CUT":
            real = met["true_cell_mv"] <= CELL_CUT_MV + CELL_SLACK_MV
            why = f"{met['true_cell_mv'] / 1000:.2f} V a cell"
        case "OVERTEMP":
            real = met["true_sensor_c"] >= HOT_C
            why = f"the sensor is at {met['true_sensor_c']:.0f} degrees"
        case "STALL":
            real = met["true_rate_spm"] < STANDING_SPM
            why = f"the crank makes {met['true_rate_spm']} strokes/min at {met['out_q12'] * 100 // 4096} % duty"
        case "SESSION_END":
            real = met["program_ms"] >= met["session_s"] * 1000 - END_SLACK_MS
            why = f"after {met['program_ms'] / 1000:.1f} s of at most {met['session_s']} s"
        case "I2T":
            real = met["true_motor_c"] >= WINDING_C
            why = f"the winding is at {met['true_motor_c']:.0f} degrees"
        case "OVERCURRENT":
            why = f"winding current {met['true_current_a']:.1f} A, measured {met['current_ma'] / 1000:.1f} A"
    return {
        "trace": f"normal:{outcome['seed']}",
        "fault": met["fault"],
        "at_s": met["at_s"],
        "real": real,
        "why": why,
        "about": about,
        "moment": {name: value for name, value in met.items() if name not in ("fault", "at_s")},
    }


def failed(result: Table) -> list[str]:
    """Why the campaign is not passed; [] when it is."""
    lines = [
        f"{row['trace']}: {row['promise']}: broken at {row['at_s']} s"
        for part in ("adverse", "normal")
        for row in result.get(part, {}).get("broken", ())
    ]
    rows = result.get("normal", {}).get("rows", ())
    lines += [f"{row['trace']}: {row['fault']} at {row['at_s']} s: {row['why']}" for row in rows if not row["real"]]
    return lines


def _hours(outcomes: list[Table], name: str) -> float:
    return round(sum(float(outcome[name]) for outcome in outcomes) / 3600, 3)
