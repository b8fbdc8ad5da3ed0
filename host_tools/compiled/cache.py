"""Where compiled code is kept. Numba looks only at the file of the function that it compiles, not at those of the
functions that this one calls; so the folder is named after all of the sources, and a changed one means a new folder."""

import hashlib
import inspect
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numba

from host_tools import sim_hal, uf2
from host_tools.paths import PACKAGE_DIR
from tapote import kernel

COMPILERS = ("numba", "llvmlite", "numpy")
KEPT = 8  # folders of older sources; a folder is about 2 MB


def use_cache(*functions: Callable[..., object]) -> Path:
    """Make Numba keep what it compiles from now on in the folder of these functions and of all that a tick runs."""
    folder = cache_root() / _digest(functions)
    folder.mkdir(parents=True, exist_ok=True)
    vars(numba.config)["CACHE_DIR"] = str(folder)
    _prune(folder.parent)
    return folder


def cache_root() -> Path:
    """The folder of all versions."""
    return uf2.cache_dir() / "compiled"


def _digest(functions: tuple[Callable[..., object], ...]) -> str:
    files = {Path(sim_hal.__file__), *(Path(inspect.getfile(function)) for function in functions)}
    for folder in (Path(kernel.__file__).parent, PACKAGE_DIR / "plant", PACKAGE_DIR / "compiled"):
        files |= set(folder.glob("*.py"))
    found = hashlib.sha256(" ".join([sys.version, *(version(name) for name in COMPILERS)]).encode())
    for path in sorted(files):
        found.update(f"\n{path}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _prune(root: Path) -> None:
    """Forget the oldest folders. Whoever uses one of them compiles anew."""
    folders = sorted((path for path in root.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in folders[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
