"""Normal use: people as plant/hand.py has them, who press as runner.effort() says, move on when told, and now and then
say "too much". Every fault that the device reports needs a reason."""

from random import Random

from host_tools.board_compile import compile_board
from host_tools.boards import load_board
from host_tools.campaign.acts import Act
from host_tools.campaign.link import MakeHal, WatchedLink
from host_tools.campaign.machines import CRANK, LINEAR, as_built, draw_board
from host_tools.campaign.programs import _profile, library_program
from host_tools.campaign.trace import NORMAL, Outcome, Scene, describe
from host_tools.device import Device
from host_tools.plant.build import build_plant
from host_tools.plant.tissue import TISSUES
from host_tools.profiles.library import list_profiles
from host_tools.runner import TOUCH_S, effort

PERSONS = {"gentle": 25, "normal": 40, "heavy": 15, "jerky": 10, "lets-go": 10}
# What is drawn, for docs/campaign.md.
RANGES = (
    ("machine", "each shipped board in a quarter of the sessions, a drawn one in half, built to ± 10 % (pack ± 30 %)"),
    ("session", "a profile of the library on one of its regions, 1 to 10 minutes"),
    ("person", "gentle 25 %, normal 40 %, heavy 15 %, jerky 10 %, lets-go 10 %; the press that suits the limit ± 20 %"),
    ("habits", "moves on every 40 to 110 s with the head lifted for 1 to 2.5 s; says too much by button in a fifth"),
    ("tissue", "soft, normal, firm, ± 25 %"),
    ("force sensor", "gain ± 7 %, zero - 0.5 to + 1 N, beside its noise and wander"),
    ("charge", "45 to 100 % at the start"),
)


def normal_scene(seed: int, make_hal: MakeHal) -> Scene:
    """A session as it is meant to be."""
    random = Random(f"tapote campaign {NORMAL} {seed}")
    name = (CRANK, "", LINEAR, "")[seed % 4]
    board = load_board(name) if name else draw_board(random)
    profile = _profile(random.choice(list_profiles()))
    seconds = random.uniform(60.0, min(600, board.limits.session_max_s))
    program = library_program(random, profile, board, seconds)
    person = random.choices(list(PERSONS), list(PERSONS.values()))[0]
    tissue = random.choice(sorted(TISSUES))
    plant = build_plant(
        as_built(board, random),
        tissue=tissue,
        region=program.region,
        person=person,
        seconds=seconds,
        seed=random.randrange(64),
        effort=effort(program.limit_mn) * random.uniform(0.8, 1.2),
        charge=random.uniform(0.45, 1.0),
        stiffness=random.uniform(0.75, 1.25),
    )
    plant.faults.force_gain = random.uniform(0.93, 1.07)
    plant.faults.force_offset_n = random.uniform(-0.5, 1.0)
    about = describe(board) | {
        "board": name or "drawn",
        "program": program.name,
        "region": program.region,
        "tissue": tissue,
        "person": person,
        "sensor_gain": round(plant.faults.force_gain, 3),
        "sensor_offset_n": round(plant.faults.force_offset_n, 2),
        "seconds": round(seconds, 1),
    }
    link = WatchedLink(compile_board(board), plant, make_hal)
    outcome = Outcome(NORMAL, seed, about)
    acts = _moves(random, seconds)
    if random.random() < 0.2:
        acts.append(Act(random.uniform(10.0, seconds), "tap"))
    scene = Scene(link, Device(link), seconds + 3.0, TOUCH_S, acts, random.random() < 0.5, outcome)
    scene.device.upload(program)
    return scene


def _moves(random: Random, seconds: float) -> list[Act]:
    """Lifted and put down again, from time to time, and lifted at the end."""
    acts = []
    at_s = TOUCH_S
    while (at_s := at_s + random.uniform(40.0, 110.0)) < seconds - 5.0:
        acts += [Act(at_s, "lift"), Act(at_s := at_s + random.uniform(1.0, 2.5), "touch")]
    return [*acts, Act(seconds + 1.0, "lift")]
