"""The doctor looks at the firmware on real MicroPython."""

import pytest

from host_tools.doctor import diagnose
from host_tools.doctor_facts import simulated
from host_tools.links.virtual import VirtualLink
from tapote import faults

pytestmark = pytest.mark.virtual


def test_a_healthy_virtual_board_is_well_and_one_with_a_broken_wire_is_told_so(booted: VirtualLink) -> None:
    facts = simulated(booted)
    assert [finding.key for finding in diagnose(facts).findings if finding.level != "ok"] == []
    device = facts.ports[0].device
    assert device is not None
    assert device.reasons & 0x020  # nobody has sent a program: the device tells why it would not start
    assert booted.plant is not None
    booted.plant.faults.force_open = True
    booted.advance(0.2)
    found = {finding.key: finding.text for finding in diagnose(simulated(booted)).findings if finding.level != "ok"}
    assert set(found) == {"sensor-implausible", "latched-fault"}
    assert faults.FAULTS[faults.FORCE_OPEN][0] in found["latched-fault"]
