"""The picture of the display in docs/standalone.md: `python -m host_tools.plot_display`.

Real MicroPython in the emulator writes it; the model of an SSD1306 on the emulated wires keeps it.
"""

from collections.abc import Callable
from pathlib import Path

from host_tools.board_compile import compile_board
from host_tools.boards import load_board, parse_board
from host_tools.device import Device
from host_tools.links.virtual import VirtualLink
from host_tools.paths import repo_or_data
from host_tools.plant.build import build_plant
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.library import get_profile
from host_tools.regions import get_region
from host_tools.shelf import Shelf
from host_tools.toml_read import read_toml

BOARD = "pico_mosfet_fsr"
SETTLE_S = 1.2  # a whole new picture
EDGE = 4  # dots of dark glass around the picture
PAGE = repo_or_data("docs") / "img" / "display.png"


def screens() -> list[tuple[str, list[str]]]:
    """(what happens, the rows of dots) at some moments of a session without a computer."""
    raw = dict(read_toml(repo_or_data("boards") / f"{BOARD}.toml"))
    board = parse_board(raw | {"panel": raw["panel"] | {"oled_sda_pin": 4, "oled_scl_pin": 5}}, where=BOARD)
    plant = build_plant(board, region="calf", seconds=60.0, seed=1)
    link = VirtualLink(compile_board(board), plant)
    found: list[tuple[str, list[str]]] = []

    def see(title: str, *acts: Callable[[], None], wait_s: float = SETTLE_S) -> None:
        for act in acts:
            act()
        link.advance(wait_s)
        found.append((title, link.rig.screen.dots()))

    def press(seconds: float) -> Callable[[], None]:
        def act() -> None:
            link.press_button(seconds)
            link.advance(seconds + 0.1)

        return act

    def feel(force_n: float | None) -> Callable[[], None]:
        return lambda: setattr(plant.faults, "force_override_n", force_n)

    program = compile_profile(get_profile("deep_tissue"), load_board(BOARD), get_region("calf"))
    Shelf(Device(link)).store(program, 2)
    see("a tap chose the program in slot 2", press(0.1))
    see("held with the head pressed down: refused", feel(12.0), press(1.1), wait_s=1.6)
    see("running", feel(0.2), lambda: link.advance(0.6), press(1.1), lambda: link.advance(0.8), press(0.1), feel(14.0))
    see("pressed too hard: it yields", feel(27.0))
    see("a tap and a hold: paused", press(0.1), press(0.5))
    see("a broken wire at the force sensor", feel(None), lambda: setattr(plant.faults, "force_open", True))
    link.close()
    return found


def main(path: Path = PAGE) -> None:
    """Write the picture."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, places = plt.subplots(3, 2, figsize=(8.4, 7.2), layout="constrained")
    for place, (title, dots) in zip(places.flat, screens(), strict=True):
        edge = "." * (len(dots[0]) + 2 * EDGE)
        framed = [edge] * EDGE + ["." * EDGE + row + "." * EDGE for row in dots] + [edge] * EDGE
        place.imshow([[char == "#" for char in row] for row in framed], cmap="gray", interpolation="nearest")
        place.set_title(title, fontsize=10)
        place.set_axis_off()
    figure.savefig(path, dpi=120)
    plt.close(figure)


if __name__ == "__main__":
    main()
