"""How long a crashed child waits for its next life."""

from convene_cli.children import Backoff


def test_the_pause_doubles_up_to_the_ceiling() -> None:
    backoff = Backoff(first=0.2, ceiling=5, healthy_after=30)
    pauses = [0.0]

    for _ in range(7):
        pauses.append(backoff.after(pauses[-1], lived=1))

    assert pauses[1:] == [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]


def test_a_long_healthy_life_starts_the_pauses_over() -> None:
    assert Backoff().after(5, lived=30) == Backoff().first
