"""What a run tells of itself where nobody looks on: a line now and then."""

from cdsgraph.cli.terminal import Lines


def test_a_log_gets_a_line_every_few_seconds() -> None:
    written: list[str] = []
    seconds = iter(range(10_000))
    tell = Lines(written.append, lambda: next(seconds))  # each call a second after the one before
    tell("register")
    for done in range(1, 13):
        tell(f"{done}.txt", done, 40)
    tell("writing")
    assert written == [
        "4 of 40, 0.8 a second, 0:00:45 left: 4.txt",
        "9 of 40, 1.0 a second, 0:00:31 left: 9.txt",
        "writing",
    ]


def test_a_run_that_is_over_at_once_writes_nothing() -> None:
    written: list[str] = []
    tell = Lines(written.append, lambda: 0.0)
    tell("register")
    tell("a.txt", 1, 1)
    assert written == []
