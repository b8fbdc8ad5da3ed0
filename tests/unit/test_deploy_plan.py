"""What a deploy would do, from what stands on the board."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.deploy_plan import BoardState, check_mpy, check_room, make_plan
from host_tools.errors import TapoteError
from host_tools.manifest import Fingerprint, Manifest

NEW = {"boot.py": b"b", "board.json": b"{}", "main.py": b"m", "tapote/app.mpy": b"app", "tapote/wire.mpy": b"wire"}


def state(files: dict[str, bytes], manifest: Manifest | None = None, pending: Manifest | None = None) -> BoardState:
    folder = [path.removeprefix("tapote/") for path in files if path.startswith("tapote/")]
    return BoardState(manifest, pending, {path: Fingerprint.of(data) for path, data in files.items()}, folder)


def test_a_bare_board_gets_everything_the_safe_pin_first_and_the_start_last() -> None:
    plan = make_plan(NEW, state({}))
    assert plan.write == ("boot.py", "board.json", "tapote/app.mpy", "tapote/wire.mpy", "main.py")
    assert (plan.remove, plan.keep, plan.foreign, plan.unfinished) == ((), (), (), True)


def test_a_board_that_has_it_all_needs_nothing() -> None:
    plan = make_plan(NEW, state(NEW, Manifest.of(NEW)))
    assert plan.nothing_to_do
    assert len(plan.keep) == len(NEW)


def test_what_an_earlier_deploy_called_stale_is_nobodys_business_afterwards() -> None:
    listed = Manifest.of(NEW, stale=["old.py"])
    plan = make_plan(NEW, state(NEW | {"old.py": b"mine now"}, listed))
    assert plan.nothing_to_do


def test_only_changed_files_are_written_and_only_own_ones_removed() -> None:
    old = NEW | {"tapote/app.mpy": b"old", "tapote/gone.mpy": b"gone"}
    plan = make_plan(NEW, state(old | {"notes.txt": b"mine"}, Manifest.of(old)))
    assert (plan.write, plan.remove, plan.foreign) == (("tapote/app.mpy",), ("tapote/gone.mpy",), ())


def test_a_file_that_somebody_wrote_or_changed_is_marked_to_be_kept() -> None:
    assert make_plan(NEW, state({"main.py": b"blink"})).foreign == ("main.py",)
    edited = state(NEW | {"tapote/app.mpy": b"edited on the board"}, Manifest.of(NEW))
    assert make_plan(NEW, edited).foreign == ("tapote/app.mpy",)


def test_half_written_files_of_our_own_are_not_kept() -> None:
    plan = make_plan(NEW, state({"main.py": b"", "tapote/app.mpy": b"a"}, None, Manifest.of(NEW)))
    assert plan.foreign == ()
    assert plan.unfinished


def test_the_same_files_without_their_manifest_are_unfinished() -> None:
    assert not make_plan(NEW, state(NEW)).nothing_to_do
    assert not make_plan(NEW, state(NEW, None, Manifest.of(NEW))).nothing_to_do


def test_other_peoples_files_in_our_folder_are_named_and_not_removed() -> None:
    with pytest.raises(TapoteError, match=r"not Tapote's: tapote/json\.py") as caught:
        make_plan(NEW, state(NEW | {"tapote/json.py": b""}, Manifest.of(NEW)))
    assert "mpremote rm :tapote/json.py" in caught.value.fix


def test_room_is_counted_in_blocks_before_anything_is_touched() -> None:
    big = {"tapote/app.mpy": b"x" * 40_000}
    plan = make_plan(big, state({}))
    check_room(plan, big, state({}), free=(10 + 10 + 4) * 4096, block=4096)
    with pytest.raises(TapoteError, match="too full: 96 KB needed, 92 KB free"):
        check_room(plan, big, state({}), free=(10 + 10 + 3) * 4096, block=4096)


def test_nothing_to_write_needs_little_room() -> None:
    check_room(make_plan(NEW, state(NEW, Manifest.of(NEW))), NEW, state(NEW), free=4 * 4096, block=4096)


@pytest.mark.parametrize("mpy", [0, 6, 0x306, 0x1305, 0x1206, 0x2306, -1])
def test_another_micropython_is_refused_for_compiled_modules(mpy: int) -> None:
    with pytest.raises(TapoteError, match="does not load"):
        check_mpy(mpy, "virtual:")


def test_the_micropython_of_the_image_is_taken() -> None:
    check_mpy(0x1306, "virtual:")


names = st.sampled_from(["main.py", "boot.py", "a.py", "b.py", "tapote/a.mpy", "tapote/b.mpy", "tapote/c.py"])
trees = st.dictionaries(names, st.sampled_from([b"1", b"2", b""]), max_size=7)


@given(trees, trees, st.none() | trees, st.none() | trees, st.frozensets(names))
def test_a_plan_writes_what_differs_and_never_removes_what_is_not_ours(
    wanted: dict[str, bytes],
    there: dict[str, bytes],
    listed: dict[str, bytes] | None,
    pending: dict[str, bytes] | None,
    stale: frozenset[str],
) -> None:
    now = state(
        there,
        Manifest.of(listed) if listed is not None else None,
        Manifest.of(pending, stale) if pending is not None else None,
    )
    own = (listed or {}).keys() | ((pending or {}).keys() | stale if pending is not None else set())
    try:
        plan = make_plan(wanted, now)
    except TapoteError:
        assert any(path.startswith("tapote/") and path not in own and path not in wanted for path in there)
        return
    assert set(plan.write) == {path for path in wanted if there.get(path) != wanted[path]}
    assert set(plan.remove) == {path for path in there if path in own and path not in wanted}
    assert set(plan.keep) | set(plan.write) == set(wanted)
    assert all(path in there for path in plan.foreign)
