"""Simulated devices for what watches and tunes them."""

from collections.abc import Callable, Iterator

import pytest

from host_tools.links.sim import SimLink
from tests.sessions import simulated

Sim = Callable[..., SimLink]


@pytest.fixture
def sim() -> Iterator[Sim]:
    """sim("?person=...") -> a simulated board, switched on."""
    links: list[SimLink] = []

    def make(options: str = "") -> SimLink:
        link = simulated(options)
        links.append(link)
        return link

    yield make
    for link in links:
        link.close()
