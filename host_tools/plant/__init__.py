"""The physics of a massage gun on a body: what the firmware's pins are wired to in the simulated worlds.

    build.py     a board file -> a plant            plant.py    one step, ADC counts and pulses
    battery.py   driver.py   motor.py               crank.py or linear.py with tissue.py and hand.py
    sensors.py   readings.py   faults.py

Everything is in SI units inside (N, m, s, V, A, kg, rad), degC for temperatures. The numbers carry their sources where
they stand. Deterministic: the same seed, steps and faults give the same readings.
"""
