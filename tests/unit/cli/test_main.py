"""The way in and every way out: help, usage errors, interruption, bugs."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from host_tools.cli import main, overview, screen
from host_tools.errors import TapoteError
from host_tools.links import choose
from tests import commands
from tests.unit.cli.conftest import Tapote

HEAVY = {"matplotlib", "numpy", "rich", "rp2040py", "littlefs", "host_tools.plant", "tapote.app"}
PYDANTIC = {"pydantic"}  # typer itself reads the options of a single command with it


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (["--help"], HEAVY | PYDANTIC),
        (["--version"], HEAVY | PYDANTIC),
        (["run", "--help"], HEAVY),
        (["profile", "check", "--help"], HEAVY),
    ],
)
def test_help_imports_nothing_heavy(args: list[str], heavy: set[str]) -> None:
    code = (
        "import contextlib, io, json, sys\n"
        "from host_tools.cli import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()): code = main({args!r})\n"
        "print(json.dumps([code, list(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    exit_code, modules = json.loads(done.stdout)
    assert exit_code == 0
    assert not heavy & set(modules)


def test_help_names_every_command_and_where_never_to_use_it(tapote: Tapote) -> None:
    result = tapote("--help")
    assert result.code == 0
    for word in ("run", "profiles", "profile", "devices", "boards", "Never on head, neck"):
        assert word in result.out


@pytest.mark.parametrize("group", [[], ["profile"], ["journal"], ["regions"]])
def test_no_help_of_a_command_is_cut_off(tapote: Tapote, group: list[str]) -> None:
    usage, _, rest = tapote(*group, "--help").out.partition("\n")
    assert "[ARGS]..." in usage
    assert "..." not in rest


def test_every_command_has_one_place_in_the_overview(tapote: Tapote) -> None:
    placed = [name for names in overview.SECTIONS.values() for name in names]
    assert sorted(placed) == sorted(commands.group().commands)
    out = tapote("--help").out
    assert "More:" not in out
    assert all(out.count(f"\n  {name} ") == 1 for name in placed)


def test_a_terminal_gets_whole_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    error = TapoteError("two things:\n  - " + "first " * 20 + "\n  - second", fix="Mend " + "both " * 20)
    screen.complain(error)
    in_a_pipe = capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    screen.complain(error)
    on_a_terminal = capsys.readouterr().err
    assert in_a_pipe.count("\n") == 4
    assert max(map(len, on_a_terminal.splitlines())) <= 60
    assert on_a_terminal.split() == in_a_pipe.split()
    assert "\n    first first" in on_a_terminal


def test_without_arguments_help_is_the_answer(tapote: Tapote) -> None:
    assert tapote().out == tapote("--help").out


def test_version(tapote: Tapote) -> None:
    assert tapote("--version").out.startswith("tapote 0.")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["runn"], "Did you mean 'run'?"),
        (["run"], "missing argument 'profile'"),
        (["run", "swedish", "--prson", "normal"], "--prson"),
        (["run", "swedish", "--seconds", "soon"], "--seconds"),
        (["run", "swedish", "--seed", "1.5"], "'--seed': a whole number is needed"),
        (["run", "swedish", "--seconds", "soon"], "'--seconds': a number is needed"),
        (["journal", "delete", "--before", "2026-13-01"], "'2026-13-01' is no date as YYYY-MM-DD"),
        (["profile"], "missing command"),
        (["profile", "shwo", "swedish"], "shwo"),
        (["profile", "check"], "FILE"),
        (["devices", "now"], "now"),
    ],
)
def test_misuse_is_one_message_with_the_help_to_ask_for(tapote: Tapote, args: list[str], word: str) -> None:
    tapote(*args).refused(2, word, "--help")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let `tapote run` end in this error."""

    def chosen(device: str | None) -> None:
        raise error

    monkeypatch.setattr(choose, "choose", chosen)


def test_an_error_of_ours_is_message_fix_and_its_exit_code(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, TapoteError("the motor is on fire", fix="Take the battery out.", exit_code=1))
    result = tapote("run", "swedish")
    result.refused(1)
    assert result.err == "Error: the motor is on fire\nFix: Take the battery out.\n"


def test_ctrl_c_leaves_with_130(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    result = tapote("run", "swedish")
    assert result.code == 130
    assert "Stopped by Ctrl-C" in result.err


def test_trouble_with_a_file_names_it(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, OSError(28, "No space left on device", "profile.toml"))
    tapote("run", "swedish").refused(1, "profile.toml: No space left on device")


def test_a_package_that_is_not_installed_is_no_bug(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ModuleNotFoundError("No module named 'rp2040py'", name="rp2040py"))
    tapote("run", "swedish").refused(1, "rp2040py is not installed", "make setup")
    fail_with(monkeypatch, ModuleNotFoundError("No module named 'tapote.kernle'", name="tapote.kernle"))
    assert "bug in Tapote" in tapote("run", "swedish").err


def test_commands_to_try_next_are_as_the_shell_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/tapote", "run"])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert screen.program() == ".venv/bin/tapote"
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/tapote")
    assert screen.program() == "tapote"


def test_a_bug_is_named_as_ours_without_a_traceback(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ZeroDivisionError("division by zero"))
    result = tapote("run", "swedish")
    assert result.code == 1
    assert "bug in Tapote: ZeroDivisionError: division by zero (test_main.py:" in result.err
    assert "Traceback" not in result.err


def test_a_bug_shows_its_traceback_to_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ZeroDivisionError("division by zero"))
    monkeypatch.setenv("TAPOTE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["run", "swedish"])


def test_a_screen_on_a_terminal_that_knows_few_letters_gets_question_marks() -> None:
    """Rich writes its bars with print; typer helps itself."""
    code = "from host_tools.cli import main; main(['--version']); print('bar \\u2588')"
    few = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], env=few, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("bar ?\n")


def test_a_value_below_zero_is_told_how_to_be_written(tapote: Tapote) -> None:
    tapote("set", "force_limit_mn", "-5").refused(2, "no such option: -5", "tapote set ... -- -1")
    tapote("set", "--device", "sim:", "force_limit_mn", "--", "-5").refused(2, "-5 is out of range", "5 to 50 N")
