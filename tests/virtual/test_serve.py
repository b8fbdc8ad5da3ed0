"""`tapote virtual --serve` as a process, and a virtual board that keeps its flash between runs."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from host_tools.device import Device
from host_tools.links.factory import open_link
from host_tools.links.probe import Kind, probe
from host_tools.links.url import parse
from tests.served import DEADLINE_S
from tests.terminal import TAPOTE

pytestmark = pytest.mark.virtual


def test_the_board_is_offered_until_it_is_told_to_end_and_keeps_its_settings(tmp_path: Path) -> None:
    state = tmp_path / "board.bin"
    words = ["virtual", "--serve", "--json", "--state", str(state)]
    process = subprocess.Popen(
        [*TAPOTE, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    offered = json.loads(process.stdout.readline())
    assert offered["simulated"] is True
    assert offered["socket"].startswith("socket://127.0.0.1:")
    link = open_link(parse(offered["device"]))
    assert link.simulated
    answer = probe(link, 30)
    assert answer.kind is Kind.TAPOTE
    device = Device(link)
    changed = device.set("force_limit_mn", 31_000)
    device.save()
    link.close()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0, said
    assert f"kept in {state}" in said
    again = open_link(parse(f"virtual:?state={state}"))
    assert Device(again).get("force_limit_mn") == changed == 31_000
    again.close()
