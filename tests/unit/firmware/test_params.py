"""The parameter table: consistent rows, and a hash that notices what matters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapote import params


def test_rows_are_consistent() -> None:
    for name, low, high, default, writer in params.PARAMS:
        assert -(1 << 31) <= low <= default <= high < 1 << 31, name
        assert writer in ("tick", "loop", "board", "host")


def test_names_are_unique_and_found() -> None:
    assert len(set(params.SLOTS)) == len(params.SLOTS) == len(params.PARAMS)
    assert all(params.slot(name) == index for index, name in enumerate(params.SLOTS))


def test_the_ring_begins_behind_the_last_slot() -> None:
    assert len(params.PARAMS) <= params.RING
    assert params.REGS_WORDS == params.RING + 256 * 8
    assert len(params.RING_FIELDS) == 8


def test_settings_are_what_the_host_may_write() -> None:
    names = {params.SLOTS[index] for index in params.settings()}
    assert {"force_limit_mn", "trip_limit_mn", "session_s", "rise_permille_s", "step_permille"} <= names
    assert all(params.is_setting(index) == (params.PARAMS[index][4] == "host") for index in range(len(params.PARAMS)))


def test_no_setting_can_pass_a_compiled_cap() -> None:
    def highest(name: str) -> int:
        return params.within(params.slot(name), 1 << 30)

    assert highest("force_limit_mn") == params.FORCE_CAP_MN == 50000
    assert highest("trip_limit_mn") == params.TRIP_CAP_MN == 65000
    assert highest("rate_max_spm") == params.RATE_CAP_SPM == 3200
    assert highest("session_s") == params.SESSION_CAP_S == 900
    assert highest("rise_permille_s") == 500, "SAFETY: drive rises at most 50 %/s"


@given(st.sampled_from(range(len(params.PARAMS))), st.integers())
def test_within_is_within(index: int, value: int) -> None:
    low, high = params.PARAMS[index][1:3]
    found = params.within(index, value)
    assert low <= found <= high
    assert found == value or not low <= value <= high


def test_an_unknown_name_is_an_error_and_every_default_is_its_rows() -> None:
    with pytest.raises(KeyError, match="no_such_name"):
        params.slot("no_such_name")
    assert params.defaults() == [row[3] for row in params.PARAMS]


def test_the_hash_notices_names_ranges_and_order_but_not_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    def hash_of(*rows: tuple[str | int, ...]) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(params, "PARAMS", rows)
            return params.table_hash()

    now = params.table_hash()
    first, second, *rest = params.PARAMS
    assert hash_of(first, second, *rest) == now
    assert hash_of(second, first, *rest) != now
    assert hash_of(("now_ms", *first[1:]), second, *rest) != now
    assert hash_of((first[0], first[1], first[2] - 1, *first[3:]), second, *rest) != now
    assert hash_of((*first[:4], "board"), second, *rest) == now
