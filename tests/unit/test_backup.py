"""Backups: what is written reads back, what is no backup is told, and a restore changes what it says or nothing."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import backup
from host_tools.backup import Backup, Change
from host_tools.boards import load_board
from host_tools.deploy_start import greet, in_words
from host_tools.device import Device, DeviceError
from host_tools.errors import TapoteError
from host_tools.links.sim import SimLink
from host_tools.messages import Hello
from host_tools.restore import apply, current_settings, must_be_idle
from tapote import calibration, params, programs, settings, storage, usage
from tests.sessions import program, simulated

SETTINGS = {params.SLOTS[slot]: params.PARAMS[slot][3] for slot in params.settings()}

backups = st.builds(
    Backup,
    made=st.text(max_size=20),
    device=st.text(max_size=20),
    board=st.text(max_size=24),
    intact=st.booleans(),
    settings=st.dictionaries(st.text(max_size=12), st.integers(-(2**31) + 1, 2**31 - 1), max_size=6),
    files=st.dictionaries(st.text(max_size=12), st.binary(max_size=200), max_size=4),
)


@given(backups)
def test_a_backup_reads_back_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory, made: Backup) -> None:
    path = tmp_path_factory.mktemp("backup") / "b.json"
    backup.save(made, path)
    assert backup.load(path) == made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a backup"),
        ("[]", "not a backup"),
        ("{", "not a backup"),
        ("[" * 100_000, "not a backup"),
        ('{"tapote_backup": "1"}', "not a backup"),
        ('{"tapote_backup": 2}', "newer version of Tapote"),
        ('{"tapote_backup": 1}', "missing"),
        ('{"tapote_backup": 1, "settings": {"a": 1.5}, "files": {}}', "not a whole number"),
        ('{"tapote_backup": 1, "settings": {"a": NaN}, "files": {}}', "not a whole number"),
        ('{"tapote_backup": 1, "settings": {"a": true}, "files": {}}', "not a whole number"),
        ('{"tapote_backup": 1, "settings": {"a": 9999999999}, "files": {}}', "not a whole number"),
        ('{"tapote_backup": 1, "settings": {}, "files": {"s": "ä"}}', r"files\.s is damaged"),
        ('{"tapote_backup": 1, "settings": {}, "files": {"s": "AAA"}}', r"files\.s is damaged"),
        ('{"tapote_backup": 1, "settings": {}, "files": {}, "intact": "x"}', "not what it must be"),
    ],
)
def test_what_is_no_backup_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TapoteError, match=message) as caught:
        backup.load(path)
    assert caught.value.fix


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TapoteError, match="cannot be read"):
        backup.load(tmp_path / "none.json")


def test_two_backups_in_one_second_have_two_names(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, 0, 0)
    first = backup.new_path("b", now, tmp_path)
    first.write_text("")
    assert (first.name, backup.new_path("b", now, tmp_path).name) == (
        "b-20261122-120000.json",
        "b-20261122-120000-2.json",
    )


def test_what_the_firmware_stores_is_data_and_its_own_files_are_not() -> None:
    names = [settings.NAME, calibration.NAME, usage.NAME, *(f"{programs.NAME}{at}" for at in range(programs.COUNT))]
    assert all(backup.is_data(name + suffix) for name in names for suffix in storage.SUFFIXES)
    assert not any(backup.is_data(name) for name in ("main.py", "board.json", "manifest.json", "notes.txt"))


def test_the_folder_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(backup.FOLDER_VARIABLE, str(tmp_path))
    assert backup.folder() == tmp_path


def test_differences_unknown_names_and_values_out_of_range_are_told_apart() -> None:
    saved = Backup("", "", "", settings={"force_limit_mn": 20_000, "session_s": SETTINGS["session_s"], "new_one": 4})
    assert backup.changes(saved, SETTINGS) == (
        [Change("force_limit_mn", SETTINGS["force_limit_mn"], 20_000)],
        ["new_one"],
    )
    wild = Backup("", "", "", settings={"force_limit_mn": 90_000, "session_s": 5})
    with pytest.raises(TapoteError, match=r"force_limit_mn = 90 N: 5 to 50 N is allowed\nsession_s = 5 s: 30 to 900 s"):
        backup.changes(wild, SETTINGS)


# -- on a device -------------------------------------------------------------------------------------------------------


@pytest.fixture
def link() -> Iterator[SimLink]:
    made = simulated()
    made.advance(0.7)
    yield made
    made.close()


def test_a_restore_sets_and_stores(link: SimLink) -> None:
    device = Device(link)
    must_be_idle(device.hello())
    now = current_settings(device)
    apply(device, [Change("force_limit_mn", now["force_limit_mn"], 21_000), Change("session_s", now["session_s"], 120)])
    assert (device.get("force_limit_mn"), device.get("session_s")) == (21_000, 120)


def test_a_restore_that_the_device_does_not_take_leaves_all_as_it_was(link: SimLink) -> None:
    device = Device(link)
    now = current_settings(device)
    with pytest.raises(DeviceError, match="the device made 30 of session_s = 1"):
        apply(
            device, [Change("force_limit_mn", now["force_limit_mn"], 21_000), Change("session_s", now["session_s"], 1)]
        )
    assert current_settings(device) == now


def test_nothing_is_restored_into_a_fault_or_a_session() -> None:
    hello = Hello((1, 0), "0.1.0", "b", 0, 2000, "FAULT", 1, 0)
    with pytest.raises(TapoteError, match="FORCE_TRIP") as caught:
        must_be_idle(hello)
    assert "Clears" in caught.value.fix
    with pytest.raises(TapoteError, match="ARMED"):
        must_be_idle(Hello((1, 0), "0.1.0", "b", 0, 2000, "ARMED", 0, 0))


def test_a_live_session_is_never_interrupted(link: SimLink) -> None:
    device = Device(link)
    assert in_words(greet(link)).startswith("Tapote ")
    device.upload(program(load_board("pico_mosfet_fsr"), 5))
    assert device.arm(tethered=False) == []
    with pytest.raises(TapoteError, match=r"in a session \(ARMED\)"):
        greet(link)
    link.press_button(0.1)
    link.advance(0.5)
    with pytest.raises(TapoteError, match=r"in a session \((RUNNING|BACKOFF)\)") as caught:
        greet(link)
    assert "Stop the session" in caught.value.fix
    assert device.hello().state in ("RUNNING", "BACKOFF")
