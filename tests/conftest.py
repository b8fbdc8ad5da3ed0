"""Shared by all tests: the firmware imports on CPython, and Hypothesis behaves the same on every machine."""

import os
import tempfile
from pathlib import Path

import hypothesis

from host_tools import shim

shim.install()  # before any module of the firmware is imported

# Own profiles of whoever runs the tests must not change what they find: a folder that nobody makes.
os.environ["TAPOTE_PROFILES"] = str(Path(tempfile.gettempdir(), "tapote-tests-have-no-own-profiles"))

# No deadline: a busy machine is not a bug. On CI the examples are the same in every run, so a red run can be repeated.
hypothesis.settings.register_profile("tapote", deadline=None, print_blob=True)
hypothesis.settings.register_profile("tapote-ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("tapote-ci" if os.environ.get("CI") else "tapote")
