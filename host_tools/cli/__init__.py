"""The command line `tapote`: one file per group of commands, one way out for every error.

Everything heavy (pydantic, rich, matplotlib, the emulator, the firmware itself) is imported inside the commands, so
that `tapote --help` answers at once.
"""

import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from typing import Annotated

import typer

from host_tools import files
from host_tools.cli import (
    backup,
    blackbox,
    campaign,
    deploy,
    devices,
    doctor,
    flash,
    health,
    journal,
    monitor,
    overview,
    params,
    profiles,
    record,
    regions,
    run,
    screen,
    session,
    tune,
    usage,
    virtual,
)
from host_tools.errors import TapoteError, UsageError

INTERRUPTED = 130  # 128 + SIGINT, what a shell expects after Ctrl-C; typer turns KeyboardInterrupt into it
DEBUG = "TAPOTE_DEBUG"
OURS = ("host_tools", "tapote")
PLAINER = (  # what typer says about a value, and what a person understands
    (r"Input should be a valid integer.*", "a whole number is needed"),
    (r"Input should be a valid number.*", "a number is needed"),
    (r"Value error, '(.*)' does not match the formats? .*", r"'\1' is no date as YYYY-MM-DD"),
)

app = typer.Typer(
    name="tapote",
    cls=overview.Overview,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for group in (
    run,
    session,
    profiles,
    regions,
    journal,
    devices,
    flash,
    deploy,
    backup,
    doctor,
    health,
    tune,
    usage,
    params,
    monitor,
    record,
    blackbox,
    campaign,
    virtual,
):
    group.register(app)
if find_spec("host_tools.cli.bench"):
    import_module("host_tools.cli.bench").register(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tapote {version('tapote')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Tapote: run massage profiles on a percussion device that you built, or on a simulated one.

    Start with `tapote run deep_tissue`: it needs no hardware.

    Not a medical device. Never on head, neck, spine, chest, belly, groin, joints or bones; stop on pain or numbness.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; the exit code of the process. args: without the program's name, default sys.argv.

    0 done, 1 it did not work, 2 it was asked for wrongly, 3 no for the sake of health, 130 stopped by Ctrl-C. No
    traceback reaches the person; with TAPOTE_DEBUG=1 in the environment a bug of ours shows one.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # "?" for a letter that the terminal does not know
            stream.reconfigure(errors="replace")
    try:
        code = app(args=args, prog_name="tapote", standalone_mode=False)
        sys.stdout.flush()
    except TapoteError as error:
        return screen.complain(error)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except typer.Abort:  # a person said no, or the questions found nobody to answer
        screen.note("Nothing was done.")
        return 1
    except typer.TyperException as error:
        return screen.complain(_misused(error))
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as error:
        return screen.complain(_missing(error) if (error.name or "").partition(".")[0] not in OURS else _bug(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        told = TapoteError(f"{where}{error.strerror or error}", fix="Check the path and the disk.")
        told.exit_code = files.exit_code(error) if error.filename else 1
        return screen.complain(told)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return screen.complain(_bug(error))
    if code == INTERRUPTED:
        screen.note("\nStopped by Ctrl-C.")
    return code if isinstance(code, int) else 0


def _misused(error: typer.TyperException) -> UsageError:
    """Typer's complaint about options and arguments, in the form of all others."""
    command = getattr(getattr(error, "ctx", None), "command_path", "tapote")
    message = error.format_message().rstrip(".")
    for theirs, ours in PLAINER:
        message = re.sub(theirs, ours, message)
    fix = f"`{command} --help` lists what it takes."
    if re.search(r"option: -\d", message):
        fix = f"A value below zero stands last, behind two hyphens: {command} ... -- -1"
    return UsageError(message[:1].lower() + message[1:], fix=fix)


def _missing(error: ModuleNotFoundError) -> TapoteError:
    """A package that only some commands need."""
    return TapoteError(
        f"{error.name} is not installed, and this command needs it.",
        fix='make setup (or: pip install "tapote[virtual,plot]"). `tapote devices` shows what can run here.',
    )


def _bug(error: Exception) -> TapoteError:
    """What to say when we are wrong: where it happened, in one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace is not None else ""
    return TapoteError(
        f"this is a bug in Tapote: {type(error).__name__}: {error}{where}",
        fix=f"Please report it, with the output of the same command under {DEBUG}=1.",
    )
