"""What `--help` lists: the commands in the order in which a maker meets them, one sentence each, never cut off."""

from typing import Any

from typer.core import TyperGroup

SECTIONS = {
    "Massage": ("run", "session", "journal", "profiles", "profile", "regions"),
    "Build a device": ("boards", "flash", "deploy", "calibrate", "doctor", "selftest"),
    "Settings": ("tune", "params", "get", "set", "save", "revert", "backup", "restore", "erase"),
    "Watch": ("devices", "monitor", "record", "plot", "usage", "blackbox", "clear"),
    "Without a board": ("virtual", "campaign", "bench"),
}


class Whole(TyperGroup):
    """A group whose list wraps a long line where the usual one ends it with three dots."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one list of all commands."""
        self.write(formatter, "Commands", self.list_commands(ctx))

    def write(self, formatter: Any, title: str, names: list[str]) -> None:
        """Write a list of these commands, each with the first sentence of its help."""
        rows = [(name, self.commands[name].get_short_help_str(limit=1000)) for name in names if name in self.commands]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


class Overview(Whole):
    """The group `tapote` itself: its commands by what they are for."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a list for each section; a command that has none comes last, rather than nowhere."""
        for title, names in SECTIONS.items():
            self.write(formatter, title, list(names))
        placed = {name for names in SECTIONS.values() for name in names}
        self.write(formatter, "More", [name for name in self.list_commands(ctx) if name not in placed])
