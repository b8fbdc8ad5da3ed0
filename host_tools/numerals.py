"""Numbers as people say them."""


def counted(number: float, noun: str) -> str:
    """ "1 minute", "0 minutes", "2.5 minutes". The noun takes an s; round the number before, as it shall be read."""
    shown = str(number) if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun}{'' if number == 1 else 's'}"


def times(count: int) -> str:
    """ "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
