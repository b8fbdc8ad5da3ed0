"""`tapote campaign`: a few traces from end to end, its file, its replay, and every way to ask for it wrongly."""

import json
from pathlib import Path

import pytest

from host_tools import compiled
from host_tools.campaign import pool
from tests.unit.cli.conftest import Tapote

FEW = ("campaign", "--traces", 3, "--hours", 0.02, "--jobs", 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--traces", -1), "--traces -1"),
        (("--hours", -1), "--hours -1"),
        (("--hours", "nan"), "--hours nan"),
        (("--traces", 0, "--hours", 0), "nothing to do"),
        (("--seed", -1), "--seed -1"),
        (("--jobs", 0), "--jobs 0"),
        (("--replay", "adverse:x"), "--replay adverse:x: not a trace"),
        (("--replay", "odd:1"), "--replay odd:1: not a trace"),
        (("--replay", "1", "--plot", "trace.gif"), "trace.gif"),
    ],
)
def test_what_cannot_be_done_is_refused(tapote: Tapote, arguments: tuple[object, ...], words: str) -> None:
    tapote("campaign", *arguments).refused(2, words)


def test_without_numba_it_says_what_to_install(tapote: Tapote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "available", lambda: False)
    tapote(*FEW).refused(1, "numba", "tapote[campaign]")


def test_a_few_traces_in_words_as_json_and_from_the_file(
    tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.jsonl"
    told = tapote(*FEW, "--results", file)
    assert told.code == 0, told.err
    assert "3 adverse traces" in told.out
    assert "of normal use (emulated, 1 sessions): 0 false trips" in told.out
    assert "PASSED" in told.out
    assert "adverse: 3 of 3 traces" in told.err
    with file.open("a", encoding="utf-8") as cut_off:
        cut_off.write('{"fingerprint": "')

    def never(kind: str, seed: int) -> None:
        raise AssertionError(f"{kind}:{seed} was known already")

    monkeypatch.setattr(pool, "_one", never)
    again = tapote(*FEW, "--results", file, "--json")
    assert again.code == 0, again.err
    result = json.loads(again.out)
    assert (result["adverse"]["traces"], result["normal"]["sessions"], result["failed"]) == (3, 1, [])
    monkeypatch.setattr(pool, "fingerprint", lambda: "another firmware")
    anew = tapote(*FEW, "--results", file)
    assert anew.code == 1
    assert "adverse:0 was known already" in anew.err


def test_two_workers_find_what_one_finds() -> None:
    def quiet(kind: str, share: float, text: str) -> None:
        pass

    one, two = (pool.adverse(5, 40, jobs, pool.Kept(None), quiet) for jobs in (1, 2))
    assert all(outcome.pop("cpu_s") > 0 for outcome in (*one, *two))
    assert one == two
    assert [outcome["seed"] for outcome in two] == [40, 41, 42, 43, 44]


def test_a_broken_invariant_fails_the_command_with_its_seed(
    tapote: Tapote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = pool._one

    def broken(kind: str, seed: int) -> dict[str, object]:
        return good(kind, seed) | ({"broken": {"a promise": 1.5}} if seed == 1 else {})

    monkeypatch.setattr(pool, "_one", broken)
    result = tapote("campaign", "--traces", 2, "--hours", 0, "--jobs", 1)
    assert result.code == 1
    assert "FAILED: 1 finding\n" in result.out
    assert "adverse:1: a promise: broken at 1.5 s" in result.err


def test_a_trace_again_as_a_picture(tapote: Tapote, tmp_path: Path) -> None:
    picture = tmp_path / "trace.png"
    result = tapote("campaign", "--replay", 3, "--plot", picture)
    assert result.code == 0, result.err
    assert "adverse:3" in result.out
    assert picture.read_bytes().startswith(b"\x89PNG")
    told = json.loads(tapote("campaign", "--replay", 3, "--plot", picture, "--json").out)
    assert (told["kind"], told["seed"], told["pictures"]) == ("adverse", 3, [str(picture)])


def test_a_file_that_holds_something_else_is_not_written_over(tapote: Tapote, tmp_path: Path) -> None:
    for text in ("my notes\n", "one\ntwo\n", "{}\n"):
        file = tmp_path / "notes.txt"
        file.write_text(text)
        tapote("campaign", "--traces", 1, "--hours", 0, "--results", file).refused(2, "something else than outcomes")
        assert file.read_text() == text
