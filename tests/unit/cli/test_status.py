"""How ``convene status`` tells what runs."""

from convene_cli.__main__ import standing_lines


def test_every_service_has_a_line_of_its_own() -> None:
    assert standing_lines({"scheduler": "SERVING", "bots": "UNAVAILABLE"}) == [
        "  scheduler        serving",
        "  bots             unavailable",
    ]
