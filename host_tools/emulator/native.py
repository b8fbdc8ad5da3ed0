"""Make the emulator twice as fast: compile its C sources for the Python that runs here.

The rp2040py wheel holds modules for the stable ABI, which fit every Python from 3.11 on but reach everything through
function calls, and beside them the C that they were made from. Compiled for one Python the same C runs twice as fast
and computes the same. That takes a C compiler and Python's headers; where they are missing the wheel's own modules
stay in use, and everything works, only slower. What was compiled is cached, by content.

`make setup` runs this as a program: python -m host_tools.emulator.native
"""

import hashlib
import importlib.metadata
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

from host_tools.uf2 import cache_dir, write_atomic

FLAGS = ("-O3", "-fwrapv", "-DNDEBUG", "-w")  # -fwrapv: the interpreter core counts on integers that wrap


def sources() -> list[Path]:
    """The C files of the installed wheel; none when it was built otherwise."""
    files = importlib.metadata.files("rp2040py") or []
    return sorted(Path(str(file.locate())) for file in files if file.suffix == ".c" and file.parent.name == "native")


def command() -> list[str]:
    """How this Python's extension modules are compiled and linked; [] when this machine cannot."""
    linker = shlex.split(sysconfig.get_config_var("LDSHARED") or "")
    headers = Path(sysconfig.get_path("include"))
    if not linker or not shutil.which(linker[0]) or not (headers / "Python.h").is_file():
        return []
    position_independent = shlex.split(sysconfig.get_config_var("CCSHARED") or "")
    return [*linker, *FLAGS, *position_independent, f"-I{headers}"]


def compiled(source: Path, how: list[str], cache: Path) -> bytes:
    """The extension module, from the cache where it is there. CalledProcessError when the compiler refuses."""
    suffix = str(sysconfig.get_config_var("EXT_SUFFIX"))
    recipe = "\0".join((*how, sys.version, suffix, "")).encode()
    kept = cache / f"{source.stem}-{hashlib.sha256(recipe + source.read_bytes()).hexdigest()[:32]}{suffix}"
    if not kept.is_file():
        with tempfile.TemporaryDirectory(prefix="tapote-") as folder:
            out = Path(folder) / f"{source.stem}{suffix}"
            subprocess.run([*how, str(source), "-o", str(out)], check=True, capture_output=True, text=True)
            write_atomic(kept, out.read_bytes())
    return kept.read_bytes()


def install() -> str:
    """Compile and put beside the wheel's modules, where Python prefers it. What was done, as one line.

    Nothing half-done stays, and nothing of another version: all modules, or the wheel's own.
    """
    files = sources()
    how = command()
    slower = "the emulator runs at half its speed"
    suffix = str(sysconfig.get_config_var("EXT_SUFFIX"))
    for source in files:
        source.with_name(source.stem + suffix).unlink(missing_ok=True)
    if not files:
        return f"No C sources in this rp2040py; {slower}."
    if not how:
        return f"No C compiler or no Python headers here; {slower} (Debian, Ubuntu: apt install gcc python3-dev)."
    try:
        with ThreadPoolExecutor(cpu_count() or 1) as pool:
            made = list(pool.map(lambda source: compiled(source, how, cache_dir() / "emulator"), files))
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines() or ["no message"]
        return f"The emulator's C does not compile here ({lines[-1]}); {slower}."
    for source, module in zip(files, made, strict=True):
        write_atomic(source.with_name(source.stem + suffix), module)
    return f"Emulator compiled for Python {sysconfig.get_python_version()}: {len(made)} modules."


if __name__ == "__main__":
    print(install())
