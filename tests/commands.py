"""Every command of the command line, by its whole name ("profile show"), as the command line itself has them."""

import typer
from typer._click.core import Parameter
from typer.core import TyperGroup

from host_tools import cli
from host_tools.cli.overview import Whole


def group() -> Whole:
    """`tapote` itself."""
    found = typer.main.get_command(cli.app)
    assert isinstance(found, Whole)
    return found


def options() -> dict[str, set[str]]:
    """Every command, and every group of commands, with all options that it has, short ones too; --help left out."""
    found: dict[str, set[str]] = {}

    def walk(within: TyperGroup, path: str) -> None:
        for word, command in within.commands.items():
            name = f"{path} {word}".strip()
            words = {word for param in command.params for word in (*param.opts, *param.secondary_opts)}
            found[name] = {word for word in words if word.startswith("-")} - {"-h", "--help"}
            if isinstance(command, TyperGroup):
                walk(command, name)

    walk(group(), "")
    return found


def long_options(name: str) -> set[str]:
    """The long options of a command."""
    return {word for word in options()[name] if word.startswith("--")}


def params() -> dict[str, list[Parameter]]:
    """The arguments and options of every command that has no commands of its own."""
    found: dict[str, list[Parameter]] = {}

    def walk(within: TyperGroup, path: str) -> None:
        for word, command in within.commands.items():
            name = f"{path} {word}".strip()
            if isinstance(command, TyperGroup):
                walk(command, name)
            else:
                found[name] = list(command.params)

    walk(group(), "")
    return found


def kind(param: Parameter) -> str:
    """What a parameter is declared as, in words of Python."""
    return str(vars(param)["type_descriptor"].annotation)
