"""Tables that come with this package (regions, techniques, questions, shapes, cases): read and checked like any file
that a person writes, since a person did write them."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import ValidationError

from host_tools import problems
from host_tools.errors import UsageError
from host_tools.fields import StrictModel
from host_tools.paths import PACKAGE_DIR
from host_tools.problems import Problem
from host_tools.toml_read import read_toml

Table = TypeVar("Table", bound=StrictModel)


def own_data(name: str, model: type[Table]) -> Table:
    """The file of this name in the package. UsageError with all that somebody has broken in it."""
    try:
        return model.model_validate(read_toml(PACKAGE_DIR / name))
    except ValidationError as error:
        raise broken(name, problems.from_validation(error, model)) from None


def broken(name: str, found: Iterable[Problem]) -> UsageError:
    """What to say of a file of our own."""
    return problems.refuse(name, found, "Restore the file from the repository.")


def named(tables: Mapping[str, Table], **more: str) -> dict[str, Table]:
    """The tables, each with the key that it stands under as its `name`, and with `more`."""
    return {name: table.model_copy(update={"name": name, **more}) for name, table in tables.items()}
