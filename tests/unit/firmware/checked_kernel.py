"""The tick with every arithmetic result checked: viper computes in 32 bits and wraps silently, Python does not.

The kernel's source is rewritten so that each binary operation and negation passes through `check`. What runs
here without an Overflow32Error gives the same integers on the board. Stores are checked by array('i') itself.
"""

import ast
from pathlib import Path
from typing import cast

from tapote import kernel
from tests.unit.firmware.rig import Tick

LOW, HIGH = -(1 << 31), (1 << 31) - 1


class Overflow32Error(ArithmeticError):
    """A result that viper would have wrapped; says where."""


def check(value: int, line: int) -> int:
    """The value, when it fits 32 bits."""
    if not LOW <= value <= HIGH:
        raise Overflow32Error(f"kernel.py:{line}: {value}")
    return value


class Checked(ast.NodeTransformer):
    """`a + b` becomes `check(a + b, line)`, `x += b` becomes `x = check(x + b, line)`."""

    def visit(self, node: ast.AST) -> ast.AST:
        """Every node, innermost first."""
        self.generic_visit(node)
        if isinstance(node, ast.BinOp):
            return self._wrapped(node, node.lineno)
        if isinstance(node, ast.AugAssign):
            now = ast.parse(ast.unparse(node.target), mode="eval").body
            return ast.Assign([node.target], self._wrapped(ast.BinOp(now, node.op, node.value), node.lineno))
        return node

    @staticmethod
    def _wrapped(node: ast.expr, line: int) -> ast.Call:
        return ast.Call(ast.Name("check", ast.Load()), [node, ast.Constant(line)], [])


def checked_source() -> str:
    """The rewritten source of the kernel."""
    tree = Checked().visit(ast.parse(Path(kernel.__file__).read_text(encoding="utf-8")))
    return ast.unparse(ast.fix_missing_locations(tree))


def checked_tick() -> Tick:
    """`kernel.tick` that raises Overflow32Error where the board would wrap."""
    space: dict[str, object] = {**vars(kernel), "check": check}
    exec(compile(checked_source(), "checked_kernel.py", "exec"), space)
    tick = space["tick"]
    assert callable(tick)
    return cast(Tick, tick)
