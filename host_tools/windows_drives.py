"""The removable drives of Windows with their labels; an empty list elsewhere."""

import sys
from pathlib import Path

REMOVABLE = 2  # DRIVE_REMOVABLE of GetDriveTypeW


def drives() -> list[tuple[Path, str]]:
    """(root, label) of each removable drive. Only these: asking a network drive may take a minute."""
    found: list[tuple[Path, str]] = []
    if sys.platform == "win32":
        import ctypes

        kernel32 = ctypes.windll.kernel32
        mask = kernel32.GetLogicalDrives()
        for number in range(26):
            root = f"{chr(ord('A') + number)}:\\"
            if mask >> number & 1 and kernel32.GetDriveTypeW(root) == REMOVABLE:
                label = ctypes.create_unicode_buffer(261)
                if kernel32.GetVolumeInformationW(root, label, 261, None, None, None, None, 0):
                    found.append((Path(root), label.value))
    return found
