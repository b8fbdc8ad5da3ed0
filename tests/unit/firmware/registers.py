"""The registers that firmware works on, by the names of their slots."""

from array import array

from tapote import params


class Registers:
    """Factory values, until a test sets others."""

    def __init__(self) -> None:
        self.regs = array("i", params.defaults() + [0] * (params.REGS_WORDS - len(params.PARAMS)))

    def set(self, **slots: int) -> None:
        for name, value in slots.items():
            self.regs[params.slot(name)] = value

    def __getitem__(self, name: str) -> int:
        return self.regs[params.slot(name)]
