"""docs/evidence.md: every reference is listed, used and well-formed; neither it nor the README promises to heal."""

import re

import pytest

from host_tools import caps, regions
from host_tools.journal import advice
from host_tools.paths import repo_or_data

PAGE = "docs/evidence.md"
SECTIONS = [
    "In short",
    "Range of motion",
    "Soreness after exercise",
    "Pain",
    "Strength and performance",
    "Trigger points",
    "Reflexology",
    "Rate and force",
    "Dose: minutes",
    "After-care",
    "How often",
    "Harm",
    "How Tapote measures, and how far to trust it",
    "What nobody knows yet",
    "Something wrong here?",
    "References",
]
_KEY = r"\[([A-Z][^\[\]]* \d{4})\]"  # [Garza Reyes 2024]: first author or body, and year
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]*[\w)]")  # as registered: no full stop or comma at the end
_READ = re.compile(r"\*(Abstract|Part of the abstract|Catalogue entry)\b[^*]*\*")  # how far we read it

# Words with which a massage device would be sold. Fine where a sentence denies them ("Tapote heals nothing"), asks, or
# quotes them. A rule of words only: it finds a promise that slips in, not one that somebody hides behind a "not".
_CLAIM = re.compile(
    r"\b(cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing|ment|ments)?|therap(y|ies|eutic)|remed(y|ies)|reliev(e|es|ed|ing)|"
    r"relief|guarante\w+|prov(en|es|ed)|prevent(s|ed|ing)?|eliminat\w+|detox\w*|toxins?|boost(s|ed)?|restor(e|es|ed)|"
    r"clinically|scientifically|miracle)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(no|not|never|nobody|nothing|none|neither|nor|without|cannot|hardly|little|whether)\b", re.IGNORECASE
)


def page() -> str:
    return repo_or_data(PAGE).read_text(encoding="utf-8")


def body() -> str:
    """The page without its list of references, whose titles are not our words."""
    return page().split("\n## References\n")[0]


def entries() -> dict[str, str]:
    """Text of each entry of the list by its key. Fails when a key is listed twice."""
    found = re.findall(rf"^- {_KEY} (.+)$", page().split("\n## References\n")[1], re.MULTILINE)
    assert len(found) == len({key for key, _ in found})
    return dict(found)


def links() -> dict[str, str]:
    """Where a click on each key leads."""
    found = re.findall(rf"^{_KEY}: (\S+)$", page(), re.MULTILINE)
    assert len(found) == len({key for key, _ in found})
    return dict(found)


def claims(text: str) -> list[str]:
    """Sentences and table cells that promise something: a word of a seller, neither denied nor asked nor quoted."""
    text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", text, flags=re.DOTALL)  # commands and link targets say nothing
    unquoted = re.sub(r'"[^"]*"|“[^”]*”', " ", text)
    parts = re.split(r"(?<=[.!?;:])\s+|\||\n\s*\n|\n(?=[-#])", unquoted)
    return [" ".join(part.split()) for part in parts if _CLAIM.search(part) and not _DENIAL.search(part)]


def test_the_page_has_its_sections_in_order() -> None:
    headings = re.findall(r"^## (.+)$", page(), re.MULTILINE)
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS


def test_every_reference_of_the_text_has_an_entry_and_every_entry_is_used() -> None:
    cited = set(re.findall(_KEY, body()))
    listed = entries()
    assert len(listed) > 50
    assert cited - set(listed) == set()
    assert set(listed) - cited == set()
    assert list(listed) == sorted(listed, key=str.casefold)


def test_every_entry_names_its_year_and_says_how_far_it_was_read() -> None:
    listed = entries()
    assert [key for key, text in listed.items() if key[-4:] not in text] == []
    assert [key for key, text in listed.items() if not _READ.search(text)] == []


def test_every_doi_is_well_formed_and_listed_once() -> None:
    dois = {key: re.findall(r"doi:(\S+?)\.(?= |$)", text) for key, text in entries().items()}
    assert [key for key, found in dois.items() if len(found) > 1] == []
    given = {key: found[0] for key, found in dois.items() if found}
    assert len(given) > 50
    assert [(key, doi) for key, doi in given.items() if not _DOI.fullmatch(doi)] == []
    assert len(set(map(str.lower, given.values()))) == len(given)


def test_every_key_leads_to_its_doi_or_else_to_a_page_that_shows_the_work() -> None:
    listed, target = entries(), links()
    assert set(target) == set(listed)
    for key, text in listed.items():
        doi = re.search(r"doi:(\S+?)\.(?= |$)", text)
        if doi:
            assert target[key] == f"https://doi.org/{doi.group(1)}"
        else:
            assert re.match(r"https://(?!doi\.org)[\w.]+/\S+", target[key]), key


def test_every_question_of_the_table_says_how_strong_its_answer_is() -> None:
    table = body().split("| question | what was found | how strong |")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) >= 18
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    strength = r"review|small trial|one trial|small lab|next to nothing|case reports|custom|only theory"
    assert [row[0] for row in rows if not re.search(strength, row[2])] == []


def test_the_figures_of_tapote_are_those_of_the_device() -> None:
    said = [
        f"{caps.RATE_MIN_SPM} to {caps.RATE_MAX_SPM} strokes/min",
        f"foldback to zero at {caps.FORCE_LIMIT_MAX_MN // 1000} N or less, trip at {caps.TRIP_MAX_MN // 1000} N",
        f"{advice.SESSION_MAX_MIN:.0f} minutes a session, {caps.SESSION_MAX_S // 60} at most",
        f"from {advice.RHYTHMS[min(advice.RHYTHMS)]} to {advice.RHYTHMS[max(advice.RHYTHMS)]}",
    ]
    text = " ".join(body().split())
    assert [words for words in said if words not in text] == []
    assert caps.AREA_TIME_S == 120
    assert "two minutes a spot" in body()
    assert regions.get_region("back_lower").time_s == 60
    assert "one minute a spot at the lower back" in body()


def test_every_smallest_change_that_tapote_uses_is_in_the_table() -> None:
    table = body().split("| measure | smallest change | source |")[1].split("\n\n")[0]
    for name in regions.region_names():
        measure = regions.get_region(name).range_of_motion
        if measure.smallest_change is not None:
            assert f"| {measure.smallest_change} {measure.unit}" in table, name


@pytest.mark.parametrize("name", [PAGE, "README.md"])
def test_nothing_is_promised(name: str) -> None:
    assert claims(repo_or_data(name).read_text(encoding="utf-8").split("\n## References\n")[0]) == []


@pytest.mark.parametrize(
    "promise",
    [
        "Tapote heals your back.",
        "Clinically proven.",
        "It relieves tension; it does not hurt.",
        "| a | flushes out toxins | b |",
        "Not a toy.\n\nTreats sore\nmuscles.",
        "- No noise\n- guaranteed results",
    ],
)
def test_a_promise_is_found(promise: str) -> None:
    assert len(claims(promise)) == 1


@pytest.mark.parametrize(
    "honest",
    [
        "Tapote heals nothing.",
        'That it "flushes toxins" is custom.',
        "No treatment was better.",
        "Whether it heals?",
        "`tapote cure`",
    ],
)
def test_what_denies_or_quotes_a_promise_is_none(honest: str) -> None:
    assert claims(honest) == []


def test_the_readme_leads_to_the_page() -> None:
    assert f"({PAGE})" in repo_or_data("README.md").read_text(encoding="utf-8")
