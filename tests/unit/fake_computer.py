"""A computer in a temporary folder: mounts, block devices, processes, as far as the tools look."""

from dataclasses import dataclass, field
from pathlib import Path

from host_tools.bootsel import Host

INFO_RP2040 = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
INFO_RP2350 = "UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n"


@dataclass
class Computer:
    """root: its file system. commands: what was run. desktop: what `udisksctl mount` of a device does."""

    root: Path
    platform: str = "linux"
    commands: list[list[str]] = field(default_factory=list)
    mounts: dict[str, Path] = field(default_factory=dict)
    udisks: tuple[int, str] = (0, "Mounted")
    letters: list[tuple[Path, str]] = field(default_factory=list)

    @property
    def host(self) -> Host:
        """As the tools see it."""
        return Host(self.platform, self.root, self.run, lambda: self.letters)

    def write(self, path: str, text: str) -> Path:
        """A file below the root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def stick(self, device: str = "sda", *, label: bool = True) -> None:
        """Plug in a board in BOOTSEL mode; not mounted."""
        self.write(f"sys/block/{device}/device/vendor", "RPI     \n")
        self.write(f"sys/block/{device}/device/model", "RP2             \n")
        (self.root / f"sys/block/{device}/{device}1").mkdir()
        links = self.root / "dev/disk/by-label"
        links.mkdir(parents=True, exist_ok=True)
        if label and not (links / "RPI-RP2").is_symlink():
            (links / "RPI-RP2").symlink_to(f"../../{device}1")

    def mount(self, device: str, folder: str, *, info: str = INFO_RP2040, options: str = "rw,relatime") -> Path:
        """Mount /dev/`device` at a folder below the root."""
        where = self.write(f"{folder}/INFO_UF2.TXT", info).parent
        self.write(f"dev/{device}", "")
        self.mounts[f"/dev/{device} {str(where).replace(' ', chr(92) + '040')} vfat {options} 0 0"] = where
        self._tell()
        return where

    def pull(self, where: Path) -> None:
        """Take the board away; its volume stays in the list of mounts, as Linux keeps it."""
        for line, path in self.mounts.items():
            if path == where:
                (self.root / line.split(" ")[0].lstrip("/")).unlink()
        for disk in ("sda", "sdb"):
            for name in ("vendor", "model"):
                (self.root / f"sys/block/{disk}/device/{name}").unlink(missing_ok=True)
        (self.root / "dev/disk/by-label/RPI-RP2").unlink(missing_ok=True)

    def _tell(self) -> None:
        lines = ["proc /proc proc rw 0 0", "/dev/root / ext4 rw 0 0", "odd", *self.mounts]
        self.write("proc/mounts", "\n".join(lines) + "\n")

    def run(self, command: list[str]) -> tuple[int, str]:
        """Only udisksctl is known."""
        self.commands.append(command)
        if self.udisks[0] == 0:
            device = command[3].removeprefix("/dev/")
            self.mount(device, f"run/media/me/RPI RP2 {device}")
        return self.udisks
