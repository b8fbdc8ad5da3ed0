"""How long the fuzz tests look: a little in every run of the suite, as long as wanted with `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("TAPOTE_FUZZ", "1"))  # `make fuzz` sets it; in every other run the tests stay quick


def effort(examples: int) -> settings:
    """Settings for so many examples in an ordinary run. Fixtures are shared by them: each test says why it may."""
    return settings(
        max_examples=examples * FACTOR,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
        ],
    )
