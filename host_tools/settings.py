"""A device's settings: what applies now, what a restart would bring back, and the difference."""

from dataclasses import dataclass

from host_tools.device import Device
from host_tools.param_rows import ROWS, SETTINGS, Row, row

STEPS = 50  # arrow presses from one end of a range to the other, at least


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A setting that applies but is not stored. Raw values."""

    row: Row
    stored: int
    applied: int

    def __str__(self) -> str:
        return f"{self.row.name}  {self.row.text(self.stored)} -> {self.row.text(self.applied)}"


class Settings:
    """The settings of a device, kept in step with it. Raises DeviceError as Device does."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.applied: dict[str, int] = {}
        self.stored: dict[str, int] = {}
        self.unusable = False  # what is stored is damaged or out of range: the device is not armed until a save
        self.read()

    def read(self) -> None:
        """Ask the device for all of them."""
        self.applied = {name: self._device.get(name) for name in SETTINGS}
        self.stored = {name: self._device.stored(name) for name in SETTINGS}
        self.unusable = any(reason.startswith("SETTINGS:") for reason in self._device.reasons())

    def set(self, name: str, raw: int) -> int:
        """Change a setting in RAM; what really applies now."""
        self.applied[name] = self._device.set(row(name, setting=True).name, raw)
        return self.applied[name]

    def nudge(self, name: str, steps: int) -> int:
        """Change a setting by so many steps of a person's size, within its range; what really applies now."""
        wanted = self.applied[name] + steps * step(ROWS[name])
        return self.set(name, min(max(wanted, ROWS[name].low), ROWS[name].high))

    def unsaved(self) -> list[Unsaved]:
        """What a restart would undo."""
        pairs = ((name, self.stored[name], self.applied[name]) for name in SETTINGS)
        return [Unsaved(ROWS[name], stored, applied) for name, stored, applied in pairs if stored != applied]

    def save(self) -> list[Unsaved]:
        """Store what applies; what changed by that. DeviceError while a session runs or when the flash refuses."""
        changes = self.unsaved()
        if changes or self.unusable:
            self._device.save()
            self.read()
        return changes

    def revert(self) -> list[Unsaved]:
        """Apply again what is stored; what was undone by that."""
        changes = self.unsaved()
        for change in changes:
            self.set(change.row.name, change.stored)
        return changes


def step(of: Row) -> int:
    """A raw step for an arrow key: 1, 2 or 5 times a power of ten, a fine part of the range and of the usual value."""
    ideal = min((of.high - of.low) / STEPS, max(of.default, 1) / 10)
    size = 1.0
    while size * 10 <= ideal:
        size *= 10
    return max(round(next(size * factor for factor in (5, 2, 1) if size * factor <= max(ideal, 1))), 1)
