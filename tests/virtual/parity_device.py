"""The parity replay as a program for the board, and the layout of what it is given; `parity.py` is the other side."""

from tapote import params, waves

ADC_WORDS = 5  # words 1..5 of adc; word 0 is its control word: "ready", unless the slots of a vector say otherwise
HASH_PRIME = 0x01000193
SLOTS = len(params.SLOTS)
RECORD = len(params.RING_FIELDS)
RING_AT = params.slot("ring_at")
NOW_US = params.slot("now_us")
TACH_NOW = params.slot("tach_now")
UNFED = -1
BUFFER = 4096  # halfwords that a packed block may have

# `ticks` is viper, as the firmware's own interrupt handler is; the rest only moves files.
# Its three arrays come first on purpose: MicroPython 1.27's viper keeps the first three locals in registers, and there
# `pointer[local]` multiplies the local itself by the size of an item (MicroPython pull request 18821).
DEVICE = f"""
import array, binascii, micropython
from tapote.kernel import tick

@micropython.viper
def ticks(data, regs, wave, adc, out, result, at: int, count: int) -> int:
    d = ptr16(data); r = ptr32(regs); a = ptr32(adc); o = ptr32(out); e = ptr32(result)
    h = e[0]
    while count:
        count -= 1
        r[{NOW_US}] = d[at] | d[at + 1] << 16
        r[{TACH_NOW}] = d[at + 2]
        i = 0
        while i < {ADC_WORDS}:
            a[1 + i] = d[at + 3 + i]
            i += 1
        writes = d[at + {3 + ADC_WORDS}]
        at += {4 + ADC_WORDS}
        while writes:
            r[d[at]] = d[at + 1] | d[at + 2] << 16
            at += 3
            writes -= 1
        o[0] = {UNFED}
        o[1] = {UNFED}
        done = int(tick(regs, wave, adc, out))
        e[1] = done
        i = 0
        while i < {SLOTS}:
            h = h * {HASH_PRIME} ^ r[i]
            i += 1
        h = h * {HASH_PRIME} ^ o[0]
        h = h * {HASH_PRIME} ^ o[1]
        h = h * {HASH_PRIME} ^ a[0]
        h = h * {HASH_PRIME} ^ done
        i = {params.RING} + {RECORD} * r[{RING_AT}]
        end = i + {RECORD}
        while i < end:
            h = h * {HASH_PRIME} ^ r[i]
            i += 1
    e[0] = h
    return at

@micropython.viper
def ring(regs, result):
    r = ptr32(regs); e = ptr32(result)
    h = e[0]
    i = {params.RING}
    while i < {params.REGS_WORDS}:
        h = h * {HASH_PRIME} ^ r[i]
        i += 1
    e[0] = h

class Replay:
    def __init__(self, name):
        self.file = open(name + ".bin", "rb")
        self.wave = array.array("H", self.file.read({2 * waves.LENGTH}))
        self.regs = array.array("i", bytes({4 * params.REGS_WORDS}))
        self.adc = array.array("i", bytes({4 * (1 + ADC_WORDS)}))
        self.out = array.array("i", [0, 0])
        self.result = array.array("i", [0, 0])
        self.head = array.array("H", [0, 0])
        self.data = array.array("H", bytes({2 * BUFFER}))
    def load(self):
        if not self.file.readinto(self.head):
            return 0
        self.file.readinto(memoryview(self.data)[:self.head[0]])
        self.result[0] = 0
        return self.head[1]
    def ticks(self, at, count):
        return ticks(self.data, self.regs, self.wave, self.adc, self.out, self.result, at, count)

def hashes(name):
    replay = Replay(name)
    while True:
        count = replay.load()
        if not count:
            break
        replay.ticks(0, count)
        ring(replay.regs, replay.result)
        print("%08x" % (replay.result[0] & 0xFFFFFFFF))

def dump(name, block):
    replay = Replay(name)
    for _ in range(block):
        replay.ticks(0, replay.load())
    at = 0
    for _ in range(replay.load()):
        at = replay.ticks(at, 1)
        record = {params.RING} + {RECORD} * replay.regs[{RING_AT}]
        for part in (memoryview(replay.regs)[:{SLOTS}], replay.out, memoryview(replay.adc)[:1],
                     memoryview(replay.result)[1:], memoryview(replay.regs)[record:record + {RECORD}]):
            print(binascii.hexlify(bytes(part)).decode(), end="")
        print()
    for at in range({params.RING}, {params.REGS_WORDS}, 64):
        print(binascii.hexlify(bytes(memoryview(replay.regs)[at:at + 64])).decode(), end="")
    print()

print("replay is ready")
"""
