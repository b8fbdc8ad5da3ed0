"""Thousands of builds, bodies and hands, drawn at random and watched tick by tick (SAFETY.md, last paragraph).

    draw.py     a build from a seed: machine, pack, sensors and their errors, tissue, program
    hands.py    what a hand does: presses, slams, bounces, lifts, tremor
    watch.py    the invariants, looked at after every tick; compiled with it
    trace.py    one drawn device from power-on to its end, under watch
    pool.py     many of them on several cores, in the order of their seeds
    verdict.py  what was found, as JSON
    page.py     docs/campaign.md            replay.py  one seed again, as a picture

The whole firmware takes part, App and all, through its own wire. Two kinds of traces: `adverse`, where the hand does
anything and the invariants must hold, and `normal`, where people use the device and every fault must have a reason.
Needs the extra `campaign`.
"""
