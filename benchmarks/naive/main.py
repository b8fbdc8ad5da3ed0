"""A massage gun as a maker would write it from tutorials. The bench runs it beside Tapote, on the same board and plant.

It is meant as a fair opponent: it works, it checks the force in each pass, starts softly and holds its speed. The style
is that of the usual sources: `while True` with `time.sleep_ms` and `ADC.read_u16` * 3.3 / 65535 as in the "Get started
with MicroPython on Raspberry Pi Pico" book, `PWM.duty_u16` as in MicroPython's quick reference for the RP2, pulses
counted in a `Pin.irq` handler and a PID in floats as in countless motor projects, a JSON line printed for a plotter.
"""

import json
import time

from machine import ADC, PWM, Pin

LOOP_MS = 10
PRINT_MS = 100
TARGET_SPM = 1500.0
FORCE_LIMIT_N = 45.0
PULSES_PER_STROKE = 14.4
KP = 0.00012  # duty per stroke/min of error
KI = 0.0003  # the same per second
FULL_SPM = 2950.0
RISE_PER_S = 0.5

# Volts at the pin and newtons on the head, from the sensor's data sheet and the lever in front of it.
CALIBRATION = [
    (0.148, 0.0),
    (0.354, 1.31),
    (0.695, 3.27),
    (0.965, 6.54),
    (1.330, 16.3),
    (1.763, 32.7),
    (2.124, 65.4),
    (2.471, 130.8),
]

motor = PWM(Pin(14))
motor.freq(20000)
motor.duty_u16(0)
force_adc = ADC(26)
current_adc = ADC(27)
battery_adc = ADC(28)
button = Pin(13, Pin.IN, Pin.PULL_UP)
led = Pin(16, Pin.OUT)
tach = Pin(15, Pin.IN, Pin.PULL_UP)

pulses = 0
running = False
was_pressed = False
duty = 0.0
integral = 0.0
rate_spm = 0.0
last_ms = time.ticks_ms()
last_print_ms = last_ms


def count_pulse(pin):
    global pulses
    pulses += 1


tach.irq(trigger=Pin.IRQ_RISING, handler=count_pulse)


def read_volts(adc):
    return adc.read_u16() * 3.3 / 65535


def read_force_n():
    volts = read_volts(force_adc)
    before_v, before_n = CALIBRATION[0]
    if volts <= before_v:
        return 0.0
    for point_v, point_n in CALIBRATION[1:]:
        if volts < point_v:
            return before_n + (point_n - before_n) * (volts - before_v) / (point_v - before_v)
        before_v, before_n = point_v, point_n
    return before_n


def step():
    """One pass of the loop."""
    global pulses, running, was_pressed, duty, integral, rate_spm, last_ms, last_print_ms
    now_ms = time.ticks_ms()
    dt = max(time.ticks_diff(now_ms, last_ms), 1) / 1000
    last_ms = now_ms

    pressed = button.value() == 0
    if pressed and not was_pressed:
        running = not running
        duty = integral = 0.0
    was_pressed = pressed
    led.value(running)

    counted = pulses
    pulses = 0
    rate_spm += 0.2 * (counted / PULSES_PER_STROKE / dt * 60 - rate_spm)

    force_n = read_force_n()
    if not running or force_n > FORCE_LIMIT_N:
        duty = integral = 0.0
    else:
        error = TARGET_SPM - rate_spm
        wanted = min(max(TARGET_SPM / FULL_SPM + KP * error + integral, 0.0), 1.0)
        if wanted < duty + RISE_PER_S * dt:  # the soft start is over: now the integral may learn
            duty = wanted
            integral = min(max(integral + KI * error * dt, -0.3), 0.3)
        else:
            duty += RISE_PER_S * dt
    motor.duty_u16(int(duty * 65535))

    if time.ticks_diff(now_ms, last_print_ms) >= PRINT_MS:
        last_print_ms = now_ms
        print(
            json.dumps(
                {
                    "time_s": now_ms / 1000,
                    "force_n": round(force_n, 2),
                    "rate_spm": round(rate_spm),
                    "duty": round(duty, 3),
                    "current_a": round((read_volts(current_adc) - 0.01) / 0.1, 2),
                    "battery_v": round(read_volts(battery_adc) * 4.9, 2),
                }
            )
        )


if __name__ == "__main__":
    while True:
        step()
        time.sleep_ms(LOOP_MS)
