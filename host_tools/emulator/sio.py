"""The hardware divider, answered quickly and in whole numbers.

MicroPython divides in every dictionary look-up, some hundred thousand times per second, and stock rp2040py finds the
divider at the end of a long chain of comparisons, divides at each of the two writes, and keeps the quotient as a float.
It also gives -1 or 1 for a division by zero by the sign of the unsigned dividend; the data sheet (2.3.1.5) gives all
ones for unsigned, and -1 or 1 by the sign, with -1 for zero, for signed division.
"""

from rp2040py.rp2040 import RP2040
from rp2040py.sio import RPSIO

_CPUID = 0x00
_UDIVIDEND, _UDIVISOR, _SDIVIDEND, _SDIVISOR, _QUOTIENT, _REMAINDER, _CSR = range(0x60, 0x7C, 4)
_WORD = 0xFFFF_FFFF
_READY_DIRTY = 0b11


def divide(dividend: int, divisor: int, *, signed: bool) -> tuple[int, int]:
    """Quotient and remainder as the RP2040's divider leaves them, both as unsigned 32-bit words."""
    if not signed:
        return divmod(dividend, divisor) if divisor else (_WORD, dividend)
    top, bottom = _signed(dividend), _signed(divisor)
    if bottom == 0:
        return (1 if top < 0 else _WORD), dividend
    quotient = abs(top) // abs(bottom)
    if (top < 0) != (bottom < 0):
        quotient = -quotient
    return quotient & _WORD, (top - quotient * bottom) & _WORD


def _signed(word: int) -> int:
    return word - (1 << 32) if word & 0x8000_0000 else word


class QuickSio(RPSIO):
    """An RPSIO whose divider divides when somebody reads the result. Made by attach(), never constructed."""

    _stale = False
    _is_signed = False

    def read_uint32(self, offset: int) -> int | float:
        if offset == _CSR:
            return self.div_csr
        if offset in (_QUOTIENT, _REMAINDER):
            if self._stale:
                self._divide()
            if offset == _REMAINDER:
                return self.div_remainder
            self.div_csr &= ~0b10
            return self.div_quotient
        if offset == _CPUID:
            return 0
        return super().read_uint32(offset)

    def write_uint32(self, offset: int, value: int) -> None:
        if _UDIVIDEND <= offset <= _SDIVISOR:
            if offset in (_UDIVIDEND, _SDIVIDEND):
                self.div_dividend = value & _WORD
            else:
                self.div_divisor = value & _WORD
            self._is_signed = offset >= _SDIVIDEND
            self._stale = True
            self.div_csr = _READY_DIRTY
            return
        if self._stale and offset in (_QUOTIENT, _REMAINDER):  # an interrupt puts back what it found
            self._divide()
        super().write_uint32(offset, value)

    def reset(self) -> None:
        super().reset()
        self._stale = False

    def _divide(self) -> None:
        self._stale = False
        self.div_quotient, self.div_remainder = divide(self.div_dividend, self.div_divisor, signed=self._is_signed)


def attach(mcu: RP2040) -> None:
    """Let QuickSio take over `mcu`'s SIO block."""
    mcu.sio.__class__ = QuickSio
