"""Values as people read and write them, and the page that lists them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools import params_reference, reference
from host_tools.errors import UsageError
from host_tools.param_rows import ROWS, SETTINGS, WRITERS, row
from host_tools.paths import repo_or_data
from host_tools.settings import step
from tapote import params


def test_every_parameter_has_its_row() -> None:
    assert tuple(ROWS) == params.SLOTS
    assert [params.slot(name) for name in SETTINGS] == params.settings()
    assert {one.writer for one in ROWS.values()} == set(WRITERS)
    assert all(one.help for one in ROWS.values())


@pytest.mark.parametrize(
    ("name", "text", "raw"),
    [
        ("force_limit_mn", "35", 35000),
        ("force_limit_mn", "35 N", 35000),
        ("force_limit_mn", " 35.5N ", 35500),
        ("rate_max_spm", "1800 strokes/min", 1800),
        ("drive_max_permille", "62.5 %", 625),
        ("kp_q8", "0.5", 128),
    ],
)
def test_what_people_write_is_understood(name: str, text: str, raw: int) -> None:
    assert row(name).raw(text) == raw


@pytest.mark.parametrize(
    "text", ["", "N", "much", "35,5", "nan", "inf", "-inf", "35 kg", "0x20", "1e400", "\uff13\uff15 ,"]
)
def test_what_is_no_number_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(UsageError, match="is not a number in N") as caught:
        row("force_limit_mn").raw(text)
    assert "5 to 50 N" in caught.value.fix


@pytest.mark.parametrize("text", ["4.99", "50.001", "-35", "35000", "1e30"])
def test_what_is_out_of_range_is_refused_not_cut(text: str) -> None:
    with pytest.raises(UsageError, match="out of range"):
        row("force_limit_mn").raw(text)


@given(st.sampled_from(SETTINGS), st.data())
def test_a_shown_value_reads_back_as_nearly_itself(name: str, data: st.DataObject) -> None:
    found = ROWS[name]
    raw = data.draw(st.integers(found.low, found.high))
    read = found.raw(found.text(raw))
    assert abs(read - raw) <= max(1, found.divisor // 10**found.decimals)


def test_an_unknown_name_and_a_measurement_are_told_apart() -> None:
    with pytest.raises(UsageError, match="no parameter 'force_limt_mn'") as unknown:
        row("force_limt_mn")
    assert "Did you mean force_limit_mn?" in unknown.value.fix
    with pytest.raises(UsageError, match="is no setting: it is measured by the tick") as measured:
        row("force_mn", setting=True)
    assert "force_limit_mn" in measured.value.fix


@pytest.mark.parametrize("name", SETTINGS)
def test_a_step_is_fine_and_round(name: str) -> None:
    found = ROWS[name]
    size = step(found)
    assert 1 <= size <= (found.high - found.low) / 10
    assert str(size).strip("0") in ("1", "2", "5")


def test_the_page_is_current() -> None:
    text = repo_or_data(params_reference.PAGE).read_text(encoding="utf-8")
    assert text == reference.update(text, params_reference.BLOCKS), "run: python -m host_tools.params_reference --write"
    assert all(f"| `{name}` |" in text for name in ROWS)
