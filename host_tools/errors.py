"""The one error that a person using Tapote ever sees, and what it must carry.

Everything that can go wrong because of input, wiring or a device that does not answer is a `TapoteError`: a message
that says what is wrong, where, with which value and what is allowed, and a `fix` that says what to do next. The command
line prints both and leaves with `exit_code`; a traceback is always a bug of ours.
"""

NO_SESSION = 3  # exit code of a no for the sake of the person's health, which is not a mistake


class TapoteError(Exception):
    """Something the person can do something about.

    message: what, where, value, allowed; may have several lines (one per problem). str(error) is the message alone.
    fix: what to do next, one or two sentences, or "" where the message already says it.
    exit_code: of the process, 1 (it did not work) or 2 (it was asked for wrongly).
    """

    def __init__(self, message: str, *, fix: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.exit_code = exit_code


class UsageError(TapoteError):
    """The request itself is wrong (unknown profile, key, region, option; a file that is wrong): exit code 2."""

    def __init__(self, message: str, *, fix: str = "", exit_code: int = 2) -> None:
        super().__init__(message, fix=fix, exit_code=exit_code)


class FileError(UsageError):
    """A file that the person named is not there, cannot be read, or cannot be written: exit code 2, or 1 where the disk
    is the reason (see files.py)."""
