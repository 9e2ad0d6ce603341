"""What a mail lists of a long ranking: both ends and the places around its own unit; the rest stands in the bulletin."""

from reports.mail.edition import Line

# Listed whole up to here.
WHOLE = 60
ENDS = 10
NEIGHBOURS = 5


def excerpt(places: tuple[Line, ...], whole: int = WHOLE) -> tuple[Line | None, ...]:
    """The ranked lines to list, in order, all of them up to `whole`; None stands for a gap."""
    if len(places) <= whole:
        return places
    own = next((index for index, line in enumerate(places) if line.own), 0)
    kept = {*range(ENDS), *range(len(places) - ENDS, len(places))}
    kept |= set(range(max(0, own - NEIGHBOURS), min(len(places), own + NEIGHBOURS + 1)))
    found: list[Line | None] = []
    for index in sorted(kept):
        if index and index - 1 not in kept:
            found.append(None)
        found.append(places[index])
    return tuple(found)


def few(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The unranked lines to list: all of few, else the own one alone."""
    return lines if len(lines) <= WHOLE else tuple(line for line in lines if line.own)
