"""Compiling the emulator: the cache, and what is said where it cannot be done. The compiler here is a script."""

import sys
import sysconfig
from pathlib import Path

import pytest

from host_tools.emulator import native

SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))
# argv: [flags] SOURCE -o OUT; "compiles" by turning the text around, complains about an empty source.
COMPILER = """
import pathlib, sys
source, _, out = sys.argv[-3:]
text = pathlib.Path(source).read_text()
if not text:
    sys.exit("main.c:1: error: nothing there")
pathlib.Path(out).write_text(text[::-1])
"""


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with two sources, a compiler, and an empty cache."""
    folder = tmp_path / "native"
    folder.mkdir()
    (folder / "_core.c").write_text("core")
    (folder / "_pio.c").write_text("pio")
    script = tmp_path / "compiler.py"
    script.write_text(COMPILER)
    monkeypatch.setattr(native, "sources", lambda: sorted(folder.glob("*.c")))
    monkeypatch.setattr(native, "command", lambda: [sys.executable, str(script)])
    monkeypatch.setattr(native, "cache_dir", lambda: tmp_path / "cache")
    return folder


def test_all_sources_are_compiled_once(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2 modules" in native.install()
    assert (wheel / f"_core{SUFFIX}").read_text() == "eroc"
    assert len(list((tmp_path / "cache" / "emulator").iterdir())) == 2
    (tmp_path / "compiler.py").write_text("raise SystemExit(1)")
    assert "2 modules" in native.install(), "out of the cache"
    (wheel / "_pio.c").write_text("another pio")
    assert "does not compile" in native.install(), "another content is compiled anew"


def test_a_source_that_does_not_compile_leaves_the_wheel_as_it_was(wheel: Path) -> None:
    native.install()
    (wheel / "_pio.c").write_text("")
    said = native.install()
    assert "main.c:1: error: nothing there" in said
    assert "half its speed" in said
    assert not list(wheel.glob(f"*{SUFFIX}")), "no module of before, and none of the two"


def test_without_a_compiler_it_says_what_to_install(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "command", list)
    assert "apt install gcc" in native.install()
    assert not list(wheel.glob(f"*{SUFFIX}"))


def test_the_installed_wheel_brings_its_sources() -> None:
    names = {source.name for source in native.sources()}
    assert {"_cortex_m0_core.c", "_rp2040.c", "_state_machine.c"} <= names
