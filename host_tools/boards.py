"""Load and list board files: board.toml -> validated `Board`, or one error that names everything that is wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from host_tools import fields, problems
from host_tools.board_checks import check_all
from host_tools.board_model import Board, Crank, CrankMotor, LinearMotor
from host_tools.board_parts import Parts
from host_tools.errors import UsageError
from host_tools.paths import repo_or_data
from host_tools.problems import Problem
from host_tools.toml_read import read_toml

__all__ = ["Board", "Crank", "CrankMotor", "LinearMotor", "list_boards", "load_board", "parse_board"]

DEFAULT_BOARD = "pico_mosfet_fsr"

# Keys whose absence deserves more than "missing": (what, fix).
FIXES = {
    "output.active": (
        'missing: the polarity of the motor output has no default; allowed "high" or "low".',
        "Look it up and measure it with the motor disconnected: with some brushless drivers 0 % means full speed.",
    ),
}


# Keys that no check of several sections looks at: when they are wrong, the rest of their section is still checked.
STAND_INS: dict[str, dict[str, Any]] = {"output": {"active": "high"}, "motor": {"model": "", "source": ""}}


def list_boards() -> list[str]:
    """Names of the board files that come with Tapote, sorted."""
    return sorted(path.stem for path in repo_or_data("boards").glob("*.toml"))


def load_board(name_or_path: str | Path = DEFAULT_BOARD) -> Board:
    """A board by name ("pico_mosfet_fsr") or by path ("my/board.toml").

    Raises UsageError: no such board (lists the known ones), TOML syntax (with the line), or every problem of the file.
    """
    path = _find(str(name_or_path))
    return parse_board(read_toml(path), where=str(name_or_path), file_name=path.stem)


def parse_board(raw: Mapping[str, Any], *, where: str, file_name: str | None = None) -> Board:
    """Validate a board given as the TOML's top table; `where` names it. Raises UsageError with all problems."""
    found: list[Problem] = []
    board: Board | None = None
    try:
        board = Board.model_validate(dict(raw))
    except ValidationError as error:
        found += problems.from_validation(error, Board, FIXES)
    found += check_all(raw, _valid_parts(raw, board))
    if file_name is not None and isinstance(raw.get("name"), str) and raw["name"] != file_name:
        found.append(
            Problem("name", f'"{raw["name"]}" differs from the file name {file_name}.toml.', "Make them the same.")
        )
    if board is None or found:
        raise problems.refuse(
            f"board {where}", found, "Correct the file and check it again; boards/README.md explains every key."
        )
    return board


def _find(name_or_path: str) -> Path:
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.parent != Path("."):
        if path.is_file():
            return path
        raise UsageError(f"board file {name_or_path}: not found.", fix="Check the path.")
    known = list_boards()
    if name_or_path in known:
        return repo_or_data("boards") / f"{name_or_path}.toml"
    hint = problems.nearest(name_or_path, known)
    raise UsageError(
        f'board "{name_or_path}" not found. Boards: {", ".join(known)}.',
        fix=hint or "Name one of them, or a .toml file.",
    )


def _valid_parts(raw: Mapping[str, Any], board: Board | None) -> Parts:
    """Each section on its own: a mistake in one must not hide the checks of the others."""
    names = list(Parts.__dataclass_fields__)
    if board is not None:
        return Parts(**{name: getattr(board, name) for name in names})
    return Parts(**{name: _section(name, raw.get(name)) for name in names})


def _section(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    adapter: TypeAdapter[Any] = TypeAdapter(cast(Any, Board.model_fields[name].annotation))
    known = fields.keys_at(Board, (name,))
    table = {key: entry for key, entry in value.items() if key in known} | STAND_INS.get(name, {})
    try:
        return adapter.validate_python(table)
    except ValidationError:
        return None
