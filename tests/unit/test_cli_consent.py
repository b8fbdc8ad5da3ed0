"""The safety text before a run on a real board: asked on a terminal, refused in a script, never for a simulated one."""

import sys
from pathlib import Path

import pytest
import typer

from host_tools.cli import consent, main
from host_tools.errors import TapoteError

NO_PORT = "serial:/dev/tapote-no-such-port"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TAPOTE_CONFIG", str(tmp_path))
    return tmp_path


def test_a_run_on_a_real_board_wants_the_text_confirmed_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "deep_tissue", "--device", NO_PORT]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "Never on head, face, neck" in said
    assert "--yes" in said


def test_with_yes_it_goes_on_to_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "deep_tissue", "--device", NO_PORT, "--yes"]) == 1
    assert "there is no port" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["sim:", NO_PORT + "?simulated=1"])
def test_a_simulated_device_hurts_nobody(device: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "deep_tissue", "--device", device, "--seconds", "1"])
    assert "Never on head" not in capsys.readouterr().err


@pytest.mark.parametrize("answer", [True, False])
def test_on_a_terminal_the_person_is_asked_once(answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)
    if answer:
        consent.agree(False)
        consent.agree(False)
    else:
        with pytest.raises(TapoteError, match="nothing was done"):
            consent.agree(False)
    assert len(asked) == 1
