"""The naive program is a fair opponent: it works. And what it cannot do shows."""

import pytest

from host_tools import bench_deaths, bench_ticks
from host_tools.bench_ticks import Figures
from host_tools.bench_world import NaiveWorld

pytestmark = [pytest.mark.virtual, pytest.mark.slow]


@pytest.fixture(scope="module")
def session() -> Figures:
    return bench_ticks.naive(quick=True)


def test_it_turns_at_about_its_rate_and_reports() -> None:
    with NaiveWorld() as world:
        assert world.duty() == 0.0, "nothing turns before the button is pressed"
        world.go()
        world.link.advance(3.0)
        assert world.plant.rate_spm == pytest.approx(1500, rel=0.15)
        assert world.link.read().count(b'"force_n"') >= 25


def test_its_period_shivers_with_what_else_it_does(session: Figures) -> None:
    assert session["period_us_idle_median"] == pytest.approx(10_000, rel=0.05)
    assert session["off_period_us_run"] > 500
    assert session["off_period_us_load"] > 5000


def test_it_stops_on_over_force_within_passes(session: Figures) -> None:
    assert session["force_duty_before"] > 0.05
    assert 5000 < session["force_pin_us"] < 30_000


@pytest.mark.parametrize("how", bench_deaths.NAIVE_DEATHS)
def test_its_motor_stays_on_when_it_dies(how: str) -> None:
    death = bench_deaths.naive(how)
    assert death.duty_before > 0.05
    assert death.stays_on
    assert death.off_us >= 200_000
