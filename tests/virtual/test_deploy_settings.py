"""Deploy onto boards with settings of another firmware: what still means something is kept, the rest is told."""

import shutil
from pathlib import Path

import pytest

from host_tools import backup
from host_tools.board_compile import compile_board
from host_tools.device import Device, DeviceError
from host_tools.erase import erase
from host_tools.firmware_image import board_files, deployed_files
from host_tools.manifest import NAME, Manifest
from host_tools.paths import repo_or_data
from tapote import faults, params, settings, storage, wire
from tests.virtual.deploy_bench import NOW, WIRED, Bench, first, flash_with

pytestmark = [pytest.mark.virtual, pytest.mark.slow]

KNEAD = "knead_depth_mm"  # a setting that only the older firmware has
KNEAD_SLOT = len(params.PARAMS)


@pytest.fixture
def older(tmp_path: Path) -> dict[str, bytes]:
    """A firmware with another parameter table, whole with its manifest."""
    folder = tmp_path / "older"
    shutil.copytree(repo_or_data("firmware"), folder)
    table = folder / "tapote" / "params.py"
    rows, end, rest = table.read_text().partition("\n)\n")
    table.write_text(f'{rows}\n    ("{KNEAD}", 0, 20, 5, "host"),{end}{rest}')
    files = deployed_files(compile_board(WIRED), firmware=folder)
    return files | {NAME: Manifest.of(files).to_bytes()}


def test_settings_of_an_older_parameter_table_are_taken_over_by_name_and_the_gone_one_is_told(
    tmp_path: Path, older: dict[str, bytes]
) -> None:
    bench = Bench(tmp_path, flash_with(older))
    device = Device(bench.link)
    with pytest.raises(DeviceError, match="parameter table is not the one of these tools"):
        device.hello()
    assert device.set("force_limit_mn", 22_000) == 22_000
    assert device._ack(wire.SET, KNEAD_SLOT, 7) == (wire.OK, 7)
    device.save()
    done = bench.put(first())
    assert done.before.startswith("Tapote ")
    assert done.hello is not None
    assert (done.hello.state, done.hello.fault) == ("IDLE", 0)
    assert Device(bench.link).stored("force_limit_mn") == 22_000
    assert done.kept is not None
    kept = backup.load(done.kept)
    assert (kept.settings["force_limit_mn"], kept.settings[KNEAD]) == (22_000, 7)
    assert [note for note in done.notes if KNEAD in note] == [
        f"{KNEAD}: no setting of this firmware; what was set is in the backup."
    ]


def test_settings_of_a_newer_firmware_are_told_kept_and_hold_the_motor_until_they_are_taken_off(tmp_path: Path) -> None:
    newer = storage.Slots("", storage.SETTINGS, settings.SCHEMA + 1, WIRED.name).pack(9, b"of next year")
    files = board_files(compile_board(WIRED)) | {"settings.a": newer, "boot.py": b"# changed\n"}
    bench = Bench(tmp_path, flash_with(files))
    done = bench.put(first())
    note = next(note for note in done.notes if "could not be read" in note)
    assert "tapote erase --settings" in note
    assert done.hello is not None
    assert done.hello.fault == faults.SETTINGS_CRC
    assert done.kept is not None
    assert backup.load(done.kept).files["settings.a"] == newer
    assert bench.files()["settings.a"] == newer, "and it is still on the board"
    device = Device(bench.link)
    assert any(reason.startswith("SETTINGS") for reason in device.reasons())
    with pytest.raises(DeviceError, match="did not store") as caught:
        device.save()
    assert "tapote erase --settings" in caught.value.fix
    assert bench.files()["settings.a"] == newer

    gone = erase(bench.link, keep_in=tmp_path / "again", now=NOW, settings_only=True)
    assert gone.removed == ("settings.a",)
    assert gone.kept is not None
    assert backup.load(gone.kept).files["settings.a"] == newer
    after = Device(bench.link)
    assert (after.hello().state, after.hello().fault) == ("IDLE", 0)
    after.set("force_limit_mn", 30_000)
    after.save()
