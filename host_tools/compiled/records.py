"""Python objects whose numbers live in a block of memory that compiled code works on as well.

`Layout(obj)` reads an object of plain numbers (and of further such objects) and makes a numpy record type of it;
`shared` then gives an object of the same class whose attributes are the bytes of such a record. Its Python methods
and properties go on working, on the same numbers that compiled code changes.

`teach` is the other half: it makes a method or property of a class known to Numba for records of that class's layout.
Numba compiles the function that CPython runs: there is no second source. Names stand alone: where two classes have a
method of the same name, their arguments must be named alike.

    float -> float64    int -> int64    bool -> bool    list of floats -> array
    tuple of floats -> "name_parts", unpacked again by a property of that name
    an object -> nested record          anything else is left to Python
"""

import hashlib
import inspect
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload_attribute, overload_method

PARTS = "_parts"  # and their number
_KINDS: dict[type, Any] = {float: np.float64, int: np.int64, bool: np.bool_}
_CODES: dict[Any, Any] = {np.dtype(np.float64): "d", np.dtype(np.int64): "q", np.dtype(np.bool_): "?"}
_taught: dict[str, dict[frozenset[str], Callable[..., Any]]] = {}


def _symbol(record: types.Record) -> tuple[str, tuple[str, ...]]:
    """How a record type is called within the names of compiled functions: by what it holds.

    Numba calls it by a number that every process counts up for itself. Two kinds of plant, compiled by two processes,
    then had functions of the same name in the cache, and a process that loaded both ran one kind's code on the other
    kind's memory.
    """
    return "Record", (hashlib.sha256(record.name.encode()).hexdigest()[:16],)


# Numba makes its records itself, so the class that it makes them of is changed: it has no other place for this.
type.__setattr__(types.Record, "mangling_args", property(_symbol))


def _attributes(thing: object) -> dict[str, Any]:
    """Every attribute that is set on the object, in a fixed order."""
    names = [name for cls in type(thing).__mro__ for name in cls.__dict__.get("__slots__", ())]
    names += list(getattr(thing, "__dict__", {}))
    return {name: getattr(thing, name) for name in sorted(names) if name not in ("__dict__", "__weakref__")}


def _floats(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, (float, int)) for item in value)


class Layout:
    """Where each number of an object stands. left_out: attributes that stay with Python (objects of these names and
    whatever is no number)."""

    def __init__(self, thing: object, left_out: frozenset[str] = frozenset()) -> None:
        self.cls = type(thing)
        self.inner: dict[str, Layout] = {}
        fields: list[Any] = []
        for name, value in _attributes(thing).items():
            if name in left_out:
                continue
            if type(value) in _KINDS:
                fields.append((name, _KINDS[type(value)]))
            elif _floats(value):
                field = _teach_tuple(name, len(value)) if isinstance(value, tuple) else name
                fields.append((field, np.float64, (len(value),)))
            elif type(value).__module__.startswith("host_tools."):
                self.inner[name] = Layout(value, left_out)
                fields.append((name, self.inner[name].dtype))
        self.dtype: np.dtype[Any] = np.dtype(fields, align=True)
        self.names = frozenset(self.dtype.names or ())

    def layout_of(self, cls: type) -> "Layout":
        """The layout of an object of this class, here or inside. KeyError when there is none."""
        if issubclass(self.cls, cls):
            return self
        for inner in self.inner.values():
            try:
                return inner.layout_of(cls)
            except KeyError:
                continue
        raise KeyError(cls.__name__)

    def fill(self, record: Any, thing: object) -> None:
        """Copy the object's numbers into a record."""
        for name in self.dtype.names or ():
            if name in self.inner:
                self.inner[name].fill(record[name], getattr(thing, name))
            else:
                record[name] = getattr(thing, name.partition(PARTS)[0])

    def shared(self, memory: memoryview, thing: object, at: int = 0) -> Any:
        """An object of the same class on the bytes of `memory` from `at` on; what has no place there is taken over."""
        fields: Any = self.dtype.fields
        members: dict[str, Any] = {}
        for name, (kind, offset, *_) in fields.items():
            code = _CODES.get(kind)
            if code is not None:
                members[name] = _number(memory, at + int(offset), code)
        view: Any = object.__new__(type(self.cls.__name__, (self.cls,), members))
        for name, value in _attributes(thing).items():
            if name in self.inner:
                inner = self.inner[name].shared(memory, value, at + int(fields[name][1]))
                object.__setattr__(view, name, inner)
            elif name not in members:
                object.__setattr__(view, name, value)
        return view


def _number(memory: memoryview, at: int, code: Any) -> property:
    """A property on one number of the memory. Made anew for each object: it holds the memory itself."""
    width = 1 if code == "?" else 8
    cells = memory[at : at + width].cast("B").cast(code)

    def get(_: object) -> Any:
        return cells[0]

    def put(_: object, value: Any) -> None:
        cells[0] = value

    return property(get, put)


def teach(layout: Layout, *names: str, instead: dict[str, Callable[..., Any]] | None = None) -> None:
    """Compile these methods and properties of the layout's class where compiled code uses them on its records.

    instead: other functions for some of them, with the same arguments."""
    for name in (*names, *(instead or {})):
        found: Any = inspect.getattr_static(layout.cls, name)
        function: Any = found.fget if isinstance(found, property) else found
        function = (instead or {}).get(name, function)
        known = _taught.setdefault(name, {})
        if not known:
            _announce(name, function, isinstance(found, property), known)
        known[layout.names] = function


def _teach_tuple(name: str, length: int) -> str:
    """`record.name` as a tuple of its parts; the name of the field that holds them."""
    field = f"{name}{PARTS}{length}"
    known = _taught.setdefault(name, {})
    key = frozenset((field,))
    if key not in known:
        space: dict[str, Any] = {}
        items = ", ".join(f"parts[{index}]" for index in range(length))
        exec(f"def unpack(self):\n    parts = self.{field}\n    return ({items},)", space)
        if not known:
            _announce(name, space["unpack"], True, known)
        known[key] = space["unpack"]
    return field


def _announce(
    name: str, like: Callable[..., Any], attribute: bool, known: dict[frozenset[str], Callable[..., Any]]
) -> None:
    """Tell Numba of the name: once, for all records; which function is meant depends on the record's fields."""

    def choose(self: Any, *_: Any) -> Callable[..., Any] | None:
        names = frozenset(self.fields)
        for fields, function in known.items():
            if fields == names or (len(fields) == 1 and fields <= names):
                return function
        return None

    update_wrapper(choose, like, assigned=())  # Numba reads the arguments from it
    (overload_attribute if attribute else overload_method)(types.Record, name)(choose)
