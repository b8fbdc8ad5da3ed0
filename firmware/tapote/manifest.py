"""Is the firmware on this board whole? `manifest.json` lists every file of it with size and SHA-256.

The host writes the manifest last, so that a copy that was cut short has none. Checked at every start, before the motor
output can be had: half a firmware, a mix of two, or a file that the flash has let rot must never move a motor.
"""

import hashlib
import json
import os
from binascii import hexlify

NAME = "manifest.json"
SCHEMA = 1
FOLDER = "tapote"


def check(root: str = "/") -> str:
    """What is wrong with the files below `root` (a folder, with its trailing slash); "" when all is well."""
    try:
        with open(root + NAME) as file:
            manifest = json.load(file)
        if manifest["schema"] != SCHEMA:
            return NAME + " is of another version"
        files = manifest["files"]
        listed = [FOLDER + "/" + name for name in os.listdir(root + FOLDER)]
        # `import` takes app.py before app.mpy, so a file too many in the folder is as bad as one too few.
        for name in listed:
            if name not in files:
                return "%s does not belong there" % name
        buffer = bytearray(1024)
        for name, (size, digest) in files.items():
            if _fingerprint(root + name, buffer) != (size, digest):
                return "%s is not the file that was deployed" % name
    except OSError as error:
        return "a file is missing: " + repr(error)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return NAME + " cannot be read: " + repr(error)
    return ""


def _fingerprint(path: str, buffer: bytearray) -> "tuple[int, str]":
    """(size in bytes, SHA-256 in hexadecimal) of a file."""
    view = memoryview(buffer)
    digest = hashlib.sha256()
    size = 0
    with open(path, "rb") as file:
        while True:
            count = file.readinto(buffer)
            if not count:
                return size, hexlify(digest.digest()).decode()
            digest.update(view[:count])
            size += count
