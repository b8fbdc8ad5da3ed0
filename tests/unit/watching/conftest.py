"""Simulated devices for what watches and tunes them."""

from collections.abc import Callable, Iterator

import pytest

from host_tools.links.factory import open_link
from host_tools.links.sim import SimLink
from host_tools.links.url import parse

Sim = Callable[..., SimLink]


@pytest.fixture
def sim() -> Iterator[Sim]:
    """sim("?person=...") -> a simulated board, switched on."""
    links: list[SimLink] = []

    def make(options: str = "") -> SimLink:
        link = open_link(parse(f"sim:{options}"))
        assert isinstance(link, SimLink)
        links.append(link)
        return link

    yield make
    for link in links:
        link.close()
