"""One seed: a drawn device from power-on to its end, under watch."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from host_tools.board_compile import compile_board
from host_tools.boards import Board
from host_tools.campaign import watch
from host_tools.campaign.acts import Act, draw_acts, perform
from host_tools.campaign.hands import draw_arm, draw_hand
from host_tools.campaign.link import MakeHal, WatchedLink, compiled
from host_tools.campaign.machines import as_built, draw_board
from host_tools.campaign.programs import draw_program
from host_tools.device import BEAT_S, Device, DeviceError
from host_tools.plant.build import build_plant
from host_tools.plant.tissue import REGION_FACTORS, TISSUES
from tapote import states

ADVERSE, NORMAL = "adverse", "normal"
TICK_S = 0.001
GRAIN_S = 0.25  # how often it is looked at whether the session goes on
LIFTED_S = 2.3  # a trip is cleared after 2 s in the air
SETTLE_S = 0.6  # the button must have been up for half a second
ANSWERS = "the device answers its host"


@dataclass(slots=True)
class Outcome:
    """What came of a seed. broken: {promise: s}; met: faults with their moment; refused: why it was not armed."""

    kind: str
    seed: int
    about: dict[str, Any]
    broken: dict[str, float] = field(default_factory=dict)
    met: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    end: str = ""
    total_s: float = 0.0
    moving_s: float = 0.0
    driven_s: float = 0.0
    over_trip_driven_ms: float = 0.0  # the longest run of force at the sensor above the trip while driven
    true_over_trip_driven_ms: float = 0.0  # the same of the true force, whatever the sensor made of it
    over_trip_ms: float = 0.0  # all of it while moving, driven or not
    true_peak_mn: int = 0
    backed_off: bool = False


@dataclass(slots=True)
class Scene:
    """A trace made ready: `touch_s` and the acts count from the press of the button."""

    link: WatchedLink
    device: Device
    seconds: float
    touch_s: float
    acts: list[Act]
    tethered: bool
    outcome: Outcome
    retries: int = 0  # how often the person tries again after the device stopped


def run_trace(kind: str, seed: int, make_hal: MakeHal = compiled) -> Outcome:
    """The whole trace of a seed."""
    from host_tools.campaign.people import normal_scene

    scene = (adverse_scene if kind == ADVERSE else normal_scene)(seed, make_hal)
    try:
        play(scene)
    finally:
        scene.link.close()
    return scene.outcome


def adverse_scene(seed: int, make_hal: MakeHal) -> Scene:
    """Any machine, any body, any hand."""
    random = Random(f"tapote campaign {ADVERSE} {seed}")
    board = draw_board(random)
    seconds = random.uniform(5.0, 14.0)
    touch_s = random.uniform(0.3, 3.5)
    tissue, region = random.choice(sorted(TISSUES)), random.choice(sorted(REGION_FACTORS))
    stiffness = random.uniform(0.5, 2.5)
    plant = build_plant(
        as_built(board, random),
        tissue=tissue,
        region=region,
        seed=random.randrange(64),
        charge=random.uniform(0.1, 1.0),
        stiffness=stiffness,
        arm=draw_arm(random),
    )
    hand, does = draw_hand(random, seconds)
    plant.hand = hand
    plant.faults.force_gain = random.uniform(0.8, 1.2)
    plant.faults.force_offset_n = random.uniform(-2.0, 3.0)
    program = draw_program(random, board, seconds)
    about = describe(board) | {
        "program": program.name,
        "region": region,
        "tissue": f"{tissue} x {stiffness:.2f}",
        "hand": does,
        "sensor_gain": round(plant.faults.force_gain, 3),
        "sensor_offset_n": round(plant.faults.force_offset_n, 2),
    }
    acts = draw_acts(random, seconds)
    about["acts"] = [act.name for act in acts]
    link = WatchedLink(compile_board(board), plant, make_hal)
    outcome = Outcome(ADVERSE, seed, about)
    scene = Scene(link, Device(link), seconds, touch_s, acts, random.random() < 0.5, outcome, random.randrange(3))
    scene.device.upload(program)
    return scene


def describe(board: Board) -> dict[str, Any]:
    """The machine in a few words."""
    crank = "" if board.crank is None else f", {board.crank.stroke_um / 1000:.1f} mm"
    tach = "" if board.crank is None or board.tach is not None else ", no tach"
    return {
        "machine": f"{board.motor.kind}{crank}{tach}, {board.battery.cells} cells, {board.controller.tick_hz} Hz",
        "force_n": board.limits.force_mn / 1000,
        "trip_n": board.limits.trip_mn / 1000,
    }


def play(scene: Scene) -> None:
    """Arm, press the button, let hand and host do what was drawn, and write down what came of it."""
    link, device, outcome = scene.link, scene.device, scene.outcome
    try:
        device.pump(SETTLE_S)
        outcome.refused = device.arm(tethered=scene.tethered)
        link.press_button()
        start_s = link.now_s()
        todo = sorted([*scene.acts, Act(scene.touch_s, "touch"), Act(scene.seconds, "end")])
        for act in todo:
            while (left_s := start_s + act.at_s - link.now_s()) > TICK_S:
                _pass(link, device, min(left_s, GRAIN_S))
                if _over(link) and link.now_s() - start_s > GRAIN_S:
                    break
            if not _over(link):
                perform(act, link, device)
            elif outcome.kind == NORMAL or not _again(scene):
                break
    except DeviceError as error:
        link.breach(f"{ANSWERS} ({error})")
    _note(scene)


def _pass(link: WatchedLink, device: Device, seconds: float) -> None:
    """Let time pass, with a beat where the session is tethered. Longer strides than those of Device.pump, which cut the
    firmware's turns in two; nothing streams here that would have to be read."""
    end_s = link.now_s() + seconds
    while (left_s := end_s - link.now_s()) > TICK_S:
        if device.tethered:
            device.pump(TICK_S)
        link.advance(min(left_s, BEAT_S - TICK_S))


def _over(link: WatchedLink) -> bool:
    return link.app.session.state in (states.IDLE, states.FAULT)


def _again(scene: Scene) -> bool:
    """Lift, wait, clear, arm and press once more; False when the person gives up, a while later."""
    link, device = scene.link, scene.device
    if scene.retries == 0:
        device.pump(0.3)
        return False
    scene.retries -= 1
    perform(Act(0.0, "free"), link, device)
    perform(Act(0.0, "lift"), link, device)
    device.pump(LIFTED_S)
    device.clear()
    device.pump(SETTLE_S)
    perform(Act(0.0, "again", scene.retries), link, device)
    device.pump(SETTLE_S)
    perform(Act(0.0, "touch"), link, device)
    return True


def _note(scene: Scene) -> None:
    link, outcome, seen = scene.link, scene.outcome, scene.link.seen
    tick_s = link.hal.tick_us * 1e-6
    outcome.broken = {text: round(at_s, 4) for text, at_s in link.broken.items()}
    outcome.met = link.met
    outcome.end = states.STATES[link.app.session.state]
    outcome.total_s = round(link.now_s(), 3)
    outcome.moving_s = round(int(seen[watch.MOVING_TICKS]) * tick_s, 3)
    outcome.driven_s = round(int(seen[watch.DRIVEN_TICKS]) * tick_s, 3)
    outcome.over_trip_driven_ms = round(int(seen[watch.OVER_TICKS_MAX]) * tick_s * 1000, 3)
    outcome.true_over_trip_driven_ms = round(int(seen[watch.TRUE_OVER_TICKS_MAX]) * tick_s * 1000, 3)
    outcome.over_trip_ms = round(int(seen[watch.OVER_TRIP_TRUE_TICKS]) * tick_s * 1000, 3)
    outcome.true_peak_mn = int(seen[watch.TRUE_PEAK_MN])
    outcome.backed_off = states.BACKOFF in link.states_met
