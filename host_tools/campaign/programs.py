"""A program from a random stream: a profile of the library made to last, or numbers that nobody checked."""

from functools import lru_cache
from random import Random

from host_tools.boards import Board
from host_tools.profiles.compile import compile_profile
from host_tools.profiles.fit import fit_seconds
from host_tools.profiles.library import get_profile, list_profiles
from host_tools.profiles.model import Profile
from host_tools.profiles.program import Program, ProgramPhase
from host_tools.regions import Region, body

WILD_SHARE = 0.15
_profile = lru_cache(get_profile)


def draw_program(random: Random, board: Board, seconds: float) -> Program:
    """A program of so many seconds for any region of its profile."""
    profile = _profile(random.choice(list_profiles()))
    program = library_program(random, profile, board, seconds)
    return _wild(random, program, seconds) if random.random() < WILD_SHARE else program


def library_program(random: Random, profile: Profile, board: Board, seconds: float) -> Program:
    """The profile on one of its regions."""
    region: Region = body().regions[random.choice(profile.regions)]
    return fit_seconds(compile_profile(profile, board, region), seconds)


def _wild(random: Random, program: Program, seconds: float) -> Program:
    """Phases of any numbers that the wire can carry: the device must cut them to its own caps."""
    from dataclasses import replace

    count = random.randrange(1, 6)
    phases = []
    for _ in range(count):
        phases.append(
            ProgramPhase(
                duration_ms=max(1, round(seconds * 1000 / count)),
                rate_from_spm=random.randrange(65536),
                rate_to_spm=random.randrange(65536),
                drive_from_permille=random.randrange(65536),
                drive_to_permille=random.randrange(65536),
                ease=random.randrange(2),
                rhythm=random.randrange(3),
                period_ms=random.randrange(65536),
                depth_permille=random.randrange(65536),
                on_permille=random.randrange(65536),
                limit_mn=random.randrange(1 << 20),
                until=1 + 2 * random.randrange(2),
            )
        )
    return replace(program, name=f"wild {program.name}", phases=tuple(phases))
