"""A link that passes everything on to another: the base of those that watch what goes through."""

from host_tools.links.link import Link
from host_tools.plant.plant import Plant


class PassingLink:
    """A Link that is another one to whoever uses it. Those built on it change the methods that they care about."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.name = link.name
        self.simulated = link.simulated
        self.plant: Plant | None = link.plant

    def now_s(self) -> float:
        """See Link."""
        return self._link.now_s()

    def advance(self, seconds: float) -> None:
        """See Link."""
        self._link.advance(seconds)

    def read(self) -> bytes:
        """See Link."""
        return self._link.read()

    def write(self, data: bytes) -> None:
        """See Link."""
        self._link.write(data)

    def press_button(self, seconds: float = 0.1) -> None:
        """See Link."""
        self._link.press_button(seconds)

    def close(self) -> None:
        """See Link."""
        self._link.close()
