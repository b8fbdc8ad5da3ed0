"""Keeps the tables of boards/README.md current: `python -m host_tools.board_reference --write`."""

import sys

from host_tools import reference
from host_tools.board_model import Board
from host_tools.boards import list_boards, load_board
from host_tools.paths import repo_or_data

BLOCKS = {
    "fields": lambda: reference.field_tables(Board),
    "boards": lambda: "\n".join(
        reference.markdown_table(
            ["file", "what it is"], [[f"`{name}.toml`", load_board(name).title] for name in list_boards()]
        )
    ),
}
PAGE = "boards/README.md"

if __name__ == "__main__":
    sys.exit(reference.main(repo_or_data(PAGE), BLOCKS, sys.argv[1:]))
