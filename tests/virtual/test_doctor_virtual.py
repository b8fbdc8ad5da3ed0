"""The doctor looks at the firmware on real MicroPython."""

import pytest

from host_tools.doctor import diagnose
from host_tools.doctor_facts import simulated
from host_tools.links.factory import open_link
from host_tools.links.url import parse
from tapote import faults

pytestmark = pytest.mark.virtual


def test_a_healthy_virtual_board_is_well_and_one_with_a_broken_wire_is_told_so() -> None:
    link = open_link(parse("virtual:"))
    try:
        facts = simulated(link)
        assert [finding.key for finding in diagnose(facts).findings if finding.level != "ok"] == []
        device = facts.ports[0].device
        assert device is not None
        assert device.reasons & 0x020  # nobody has sent a program: the device tells why it would not start
        assert link.plant is not None
        link.plant.faults.force_open = True
        link.advance(0.2)
        found = {finding.key: finding.text for finding in diagnose(simulated(link)).findings if finding.level != "ok"}
        assert set(found) == {"sensor-implausible", "latched-fault"}
        assert faults.FAULTS[faults.FORCE_OPEN][0] in found["latched-fault"]
    finally:
        link.close()
