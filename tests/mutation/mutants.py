"""One small mistake at a time: every mutant of a module, made on its syntax tree.

Operators: a comparison moved by its edge or turned round, `and` for `or`, a `not` left out, an integer one up, True for
False, + for - and the like, a result turned round, a statement left out. Text, types, imports and docstrings stay.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
Change = Callable[[], Callable[[], None]]  # makes the change; what it returns takes it back
Part = TypeVar("Part", bound=ast.AST)


@dataclass(frozen=True)
class Mutant:
    """A mutated module. name: where and what, the same as long as that code stays; line: of the original."""

    name: str
    line: int
    tree: ast.Module


def mutants(source: str, first_line: int = 1, last_line: int = 1 << 30) -> Iterator[Mutant]:
    """Every mutant of a module's source between two lines."""
    tree = ast.parse(source)
    for name, line in _mutate(tree, first_line, last_line):
        yield Mutant(name, line, ast.fix_missing_locations(copy.deepcopy(tree)))


def names(source: str, first_line: int = 1, last_line: int = 1 << 30) -> list[str]:
    """Only what they are called: copying each tree takes ten times as long."""
    return [name for name, _ in _mutate(ast.parse(source), first_line, last_line)]


def _mutate(tree: ast.Module, first_line: int, last_line: int) -> Iterator[tuple[str, int]]:
    """Name and line of each mutant, whose shape the tree has until the next one is asked for."""
    seen: dict[str, int] = {}
    for scope, node in _nodes(tree, "module"):
        line = getattr(node, "lineno", 0)
        if not first_line <= line <= last_line:
            continue
        before = _short(node)
        for change, gone in _changes(node):
            undo = change()
            name = f"{scope}: {before} -> {_short(node)}" if gone is None else f"{scope}: without {_short(gone)}"
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f" #{seen[name]}"
            yield name, line
            undo()


def _short(node: ast.AST) -> str:
    """One line of its source."""
    return ast.unparse(node).split("\n")[0]


def _nodes(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node that runs, with the function it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.arguments | ast.Import | ast.ImportFrom) or _is_note(child):
            continue
        inner = f"{scope}.{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else scope
        yield inner, child
        if isinstance(child, ast.AnnAssign):  # not the annotation
            if child.value is not None:
                yield from ((inner, part) for part in ast.walk(child.value))
        elif isinstance(child, ast.FunctionDef):  # neither decorators nor the type of the result
            for statement in child.body:
                if not _is_note(statement):
                    yield inner, statement
                    yield from _nodes(statement, inner)
        else:
            yield from _nodes(child, inner)


def _is_note(node: ast.AST) -> bool:
    """A docstring, or what only the type checker runs."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "TYPE_CHECKING"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[tuple[Change, ast.AST | None]]:
    """Each change of this node, with the statement that it leaves out."""
    for change in _swaps(node):
        yield change, None
    for body in ("body", "orelse"):
        statements = getattr(node, body, None)
        if isinstance(statements, list) and isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef):
            for at, statement in enumerate(statements):
                if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr) and not _is_note(statement):
                    yield _item(statements, at, ast.Pass()), statement


def _swaps(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if type(op) in COMPARISONS:
                yield _item(node.ops, at, COMPARISONS[type(op)]())
    elif isinstance(node, ast.BoolOp):
        yield _field(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _field(node, "op", ast.UAdd())  # keeps what is true true
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield _field(node, "op", ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _field(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield _field(node, "value", node.value + 1)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield _field(node, "value", ast.UnaryOp(ast.Not(), node.value))


def _field(node: ast.AST, name: str, value: object) -> Change:
    def change() -> Callable[[], None]:
        old = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, old)

    return change


def _item(items: list[Part], at: int, value: Part) -> Change:
    def change() -> Callable[[], None]:
        old = items[at]
        items[at] = value

        def undo() -> None:
            items[at] = old

        return undo

    return change
