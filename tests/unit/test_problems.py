"""Messages: short values, paths as people count, near words, each problem once."""

from host_tools.problems import Problem, nearest, path_text, refuse, show


def test_paths_count_from_one() -> None:
    assert path_text(("phase", 0, "rate_spm", "from")) == "phase[1].rate_spm.from"
    assert path_text(()) == "file"


def test_values_are_short_and_on_one_line() -> None:
    assert show(True) == "true"
    assert show("a\nb") == '"a b"'
    assert show({"a": 1}) == "a table"
    assert len(show("x" * 1000)) < 70


def test_near_words_are_offered_and_far_ones_not() -> None:
    assert nearest("durations", ["duration_s", "name"]) == 'Did you mean "duration_s"?'
    assert nearest("zzz", ["duration_s", "name"]) == ""


def test_each_problem_stands_once() -> None:
    problem = Problem("a.b", "is wrong.", "Do this.")
    error = refuse("board x", [problem, problem], "Next.")
    assert str(error) == "board x: 1 problem\n  - a.b: is wrong. Fix: Do this."
    assert (error.fix, error.exit_code) == ("Next.", 2)
