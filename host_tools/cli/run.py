"""`tapote run`: one session on a device, followed live, told in words, drawn, or given as JSON."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from host_tools.cli import consent, screen
from host_tools.cli.options import Agreed, AsJson, Plot
from host_tools.errors import UsageError
from host_tools.links import choose
from host_tools.links.url import SERIAL

if TYPE_CHECKING:
    from host_tools.links.url import DeviceUrl
    from host_tools.profiles.program import Program
    from host_tools.runner import Run

DEVICE_VARIABLE = choose.VARIABLE


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    profile: Annotated[str, typer.Argument(help="Library profile (see `tapote profiles`) or a .toml file.")],
    device: Annotated[
        str | None,
        typer.Option(
            help=f"serial:PORT, sim: or virtual:, with options as in sim:?press=30"
            f"  [default: ${DEVICE_VARIABLE}, the only board plugged in, or sim:]"
        ),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Part of the body  [default: the profile's first]")] = None,
    person: Annotated[
        str | None, typer.Option(help="Who holds it: gentle, normal, heavy, jerky, lets-go, too-hard (simulated)")
    ] = None,
    tissue: Annotated[str | None, typer.Option(help="soft, normal or firm (simulated)")] = None,
    seconds: Annotated[float | None, typer.Option(help="Length, 1 s to the board's longest  [default: as written]")] = (
        None
    ),
    seed: Annotated[int | None, typer.Option(help="Chance of the simulated world; the same seed, the same run")] = None,
    board: Annotated[str | None, typer.Option(help="Board name (see `tapote boards`) or a .toml file (simulated)")] = (
        None
    ),
    too_much_at: Annotated[
        list[float] | None, typer.Option(metavar="S", help='Say "too much" S seconds in; may be repeated')
    ] = None,
    plot: Plot = None,
    press: Annotated[
        bool | None,
        typer.Option(help="Press the button of a simulated board by itself, or wait for it  [default: press]"),
    ] = None,
    yes: Agreed = False,
    as_json: AsJson = False,
) -> None:
    """Run a profile on a device and tell what happened.

    Exit code 0: completed. 1: a fault ended it, or it did not work. 2: asked for wrongly.
    """
    chosen = choose.choose(device)
    choices: dict[str, object] = {
        "region": region,
        "person": person,
        "tissue": tissue,
        "seconds": seconds,
        "seed": seed,
        "board": board,
    }
    typed = {"device": device} | choices | {"too-much-at": too_much_at}
    if chosen.remark:
        screen.note(chosen.remark)
    if chosen.url.scheme == SERIAL:
        from host_tools.cli.real_board import plan_for

        if not chosen.url.simulated:
            consent.agree(yes)
        choices["board"] = plan_for(chosen.url, choices, press)
    url = _joined(chosen.url, choices)
    url, program, place, hints = _plan(profile, url, region, seconds)
    moments_s = _moments(too_much_at or [], program)
    if plot:
        from host_tools import plot_file

        plot_file.check(plot)
    done = _run(url, program, moments_s, press, quiet=as_json)
    if plot:
        from host_tools import plot as picture
        from host_tools.boards import load_board
        from host_tools.cli import tell

        caption = tell.world(url)
        wired = load_board(url.world.board)
        picture.save_session(done, plot, board=wired, place=place, caption=caption)
    if as_json:
        world: dict[str, object] = (
            {} if url.port else {"person": url.world.person, "tissue": url.world.tissue, "seed": url.world.seed}
        )
        drawn = {"pictures": [str(path) for path in plot or []]}
        screen.document(done.summary() | world | drawn)
    else:
        from host_tools.cli import tell

        tell.session(done, url, tell.Asked(profile, typed), place, hints, plot or [])
    if done.end_fault or done.stats.faults:
        raise typer.Exit(1)


def _joined(url: "DeviceUrl", choices: dict[str, object]) -> "DeviceUrl":
    """The options joined to the URL. UsageError where both say something, and not the same."""
    for name in sorted(url.given & {key for key, value in choices.items() if value is not None}):
        if getattr(url.world, name) != choices[name]:
            raise UsageError(
                f"--{name} {choices[name]} and {name}={getattr(url.world, name)} in the device URL disagree.",
                fix="Keep one of them.",
            )
    return url.with_defaults(**choices)


def _plan(
    profile: str, url: "DeviceUrl", region: str | None, seconds: float | None
) -> tuple["DeviceUrl", "Program", str, list[str]]:
    """Compile the profile: the URL with a world of the same region and length, program, title of the region, hints."""
    from host_tools.boards import load_board
    from host_tools.profiles.compile import compile_profile
    from host_tools.profiles.fit import fit_seconds
    from host_tools.profiles.library import get_profile
    from host_tools.profiles.lint import unsuited
    from host_tools.regions import get_region, normal
    from host_tools.runner import effort

    wanted = get_profile(profile)
    board = load_board(url.world.board)
    named = region if region is not None else url.world.region if "region" in url.given else wanted.regions[0]
    place = get_region(named)
    program = compile_profile(wanted, board, place)
    if seconds is not None:
        program = fit_seconds(program, seconds)
    hints = list(program.notes)
    if place.name not in [normal(name) for name in wanted.regions]:
        meant = ", ".join(wanted.regions)
        hints.append(f"{program.name} was not written for the {place.title} but for: {meant}")
    if remark := unsuited(wanted, place):
        hints.append(remark.removesuffix("."))
    url = url.with_defaults(seconds=program.duration_ms / 1000, effort=effort(program.limit_mn))
    return replace(url, world=replace(url.world, region=place.name)), program, place.title, hints


def _moments(moments_s: list[float], program: "Program") -> tuple[float, ...]:
    """The moments of "too much", checked to lie within the session."""
    length_s = program.duration_ms / 1000
    for moment_s in moments_s:
        if not 0 <= moment_s < length_s:
            raise UsageError(
                f"--too-much-at {moment_s:g} is outside the session; allowed 0 to {length_s:g} s.",
                fix="Name a moment within the session, in seconds from its start.",
            )
    return tuple(moments_s)


def _run(
    url: "DeviceUrl", program: "Program", moments_s: tuple[float, ...], press: bool | None, *, quiet: bool
) -> "Run":
    """Open the device, run, close it."""
    from host_tools.cli.progress import follow
    from host_tools.cli.real_board import ask_to_press
    from host_tools.links.factory import open_link
    from host_tools.runner import run_session

    if url.scheme == "virtual" and not quiet:
        screen.note("Booting MicroPython in the RP2040 emulator ...")
    link = open_link(url)
    try:
        with follow(program, simulated=link.simulated, quiet=quiet) as shown:
            return run_session(
                link, program, on_record=shown, too_much_at_s=moments_s, press=press, on_ready=ask_to_press
            )
    finally:
        link.close()
