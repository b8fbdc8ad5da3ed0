import os
import re
from pathlib import Path

from host_tools import linux_ports, usb_ids
from host_tools.linux_ports import Holder


def process(root: Path, pid: int, name: str, *files: str) -> None:
    folder = root / f"proc/{pid}/fd"
    folder.mkdir(parents=True)
    (root / f"proc/{pid}/comm").write_text(name + "\n")
    for number, target in enumerate(files):
        (folder / str(number)).symlink_to(target)


def test_holders_are_found_by_their_open_files_and_this_process_is_left_out(tmp_path: Path) -> None:
    process(tmp_path, 42, "thonny", "/dev/null", "/dev/ttyACM0", "socket:[1]")
    process(tmp_path, 7, "ModemManager", "/dev/ttyACM0")
    process(tmp_path, 9, "other", "/dev/ttyACM1")
    process(tmp_path, os.getpid(), "tapote", "/dev/ttyACM0")
    (tmp_path / "proc/self").mkdir()
    (tmp_path / "proc/99").mkdir()  # ended meanwhile, or another user's
    found = linux_ports.holders("/dev/ttyACM0", tmp_path)
    assert found == (Holder(7, "ModemManager"), Holder(42, "thonny"))
    assert [holder.is_modem_manager for holder in found] == [True, False]
    assert linux_ports.modem_manager_runs(tmp_path)


def test_a_computer_without_proc_has_neither(tmp_path: Path) -> None:
    assert linux_ports.holders("/dev/ttyACM0", tmp_path) == ()
    assert not linux_ports.modem_manager_runs(tmp_path)
    assert not linux_ports.rules_installed(tmp_path)


def test_rules_count_as_installed_only_as_they_are_shipped(tmp_path: Path) -> None:
    folder = tmp_path / "etc/udev/rules.d"
    folder.mkdir(parents=True)
    installed = folder / linux_ports.RULES.name
    installed.write_text("# of an older version\n")
    assert not linux_ports.rules_installed(tmp_path)
    installed.write_bytes(linux_ports.RULES.read_bytes())
    assert linux_ports.rules_installed(tmp_path)


def test_the_rules_name_our_boards_and_nobody_else_s() -> None:
    text = linux_ports.RULES.read_text(encoding="ascii")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == 3
    for line in lines:
        assert re.fullmatch(r'(\w+({\w+})?(==|\+?=)"\w+"(, )?)+', line)
        vendor, product = (re.findall(rf'{{{key}}}=="(\w+)"', line)[0] for key in ("idVendor", "idProduct"))
        assert (int(vendor, 16), int(product, 16)) in (usb_ids.MICROPYTHON, usb_ids.BOOTSEL)
    assert int(linux_ports.RULES.name[:2]) < 73  # where systemd acts on the uaccess tag


def test_the_install_line_is_one_line_with_the_file_in_it() -> None:
    line = linux_ports.install_line()
    assert "\n" not in line
    assert str(linux_ports.RULES) in line
    assert linux_ports.RULES.is_file()


def test_the_group_of_a_port_or_the_usual_one(tmp_path: Path) -> None:
    assert linux_ports.owner_group(str(tmp_path / "none")) == "dialout"
    assert linux_ports.owner_group(str(tmp_path)) == tmp_path.group()
