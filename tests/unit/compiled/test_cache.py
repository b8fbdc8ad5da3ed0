"""Compiled code is kept under the name of all its sources: a changed one is compiled anew."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from host_tools import sim_hal
from host_tools.campaign import watch
from host_tools.compiled import cache


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPOTE_CACHE", str(tmp_path))
    monkeypatch.setitem(vars(numba.config), "CACHE_DIR", vars(numba.config)["CACHE_DIR"])


def test_the_same_sources_have_the_same_folder(tmp_path: Path) -> None:
    folder = cache.use_cache(watch.look)
    assert folder == cache.use_cache(watch.look)
    assert vars(numba.config)["CACHE_DIR"] == str(folder)
    assert folder.parent == tmp_path / "compiled"
    assert folder != cache.use_cache()


def test_another_source_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.use_cache()
    changed = tmp_path / "sim_hal.py"
    changed.write_bytes(Path(sim_hal.__file__).read_bytes() + b"#\n")
    monkeypatch.setattr(sim_hal, "__file__", str(changed))
    assert cache.use_cache() != before


def test_only_the_newest_folders_are_kept(tmp_path: Path) -> None:
    root = tmp_path / "compiled"
    for age in range(cache.KEPT + 3):
        (root / f"old{age}").mkdir(parents=True)
        os.utime(root / f"old{age}", (1000 - age, 1000 - age))
    newest = cache.use_cache()
    assert {path.name for path in root.iterdir()} == {newest.name, *(f"old{age}" for age in range(cache.KEPT - 1))}


NAMES = """
import sys
import numpy as np, numba
import host_tools.compiled.records
for part in sys.argv[1:]:
    record = numba.from_dtype(np.dtype([(part, np.float64)]))
    print(part, *record.mangling_args)
"""


def test_a_kind_of_plant_has_the_same_symbols_in_every_process() -> None:
    """Numba numbers them as they come: workers that compiled the crank and the linear actuator each as their first then
    gave both the same names, and whoever loaded both from the cache ran one on the memory of the other."""
    seen = [
        subprocess.run([sys.executable, "-c", NAMES, *order], check=True, capture_output=True, text=True).stdout
        for order in (("crank", "linear"), ("linear", "crank"))
    ]
    assert sorted(seen[0].splitlines()) == sorted(seen[1].splitlines())
    assert len({line.partition(" ")[2] for line in seen[0].splitlines()}) == 2
