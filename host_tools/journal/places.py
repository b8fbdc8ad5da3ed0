"""Regions of the journal in words: a journal may be older or newer than the list of regions."""


def title(region: str) -> str:
    """ "back_lower" -> "lower back"; a name that is no longer on the list stays, without underscores."""
    from host_tools.regions import body

    known = body().regions.get(region)
    return known.title if known is not None else region.replace("_", " ")
