"""Puts what a device or a maker reads (firmware, boards, docs, bench programs) into the wheel, in host_tools/_data/.

A hook rather than `force-include` in pyproject.toml, because that would copy the files in an editable install as well,
where they would grow stale beside the checkout. `host_tools.paths` finds either.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataFiles(BuildHookInterface):
    """Runs for the wheel target only (see pyproject.toml)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the data folders that exist to the build, unless it is the editable one."""
        if version == "editable":
            return
        for folder in ("benchmarks", "boards", "docs", "firmware"):
            path = Path(self.root, folder)
            if path.is_dir():
                build_data["force_include"][str(path)] = f"host_tools/_data/{folder}"
