"""The part of psql's language that SQL files of ours may use."""

import pytest

from convene_cli import sql_script


def test_a_script_is_cut_at_the_end_of_statements_and_commands() -> None:
    script = "-- why\n\\set a 'b'\n\nSELECT 1,\n  2;\nSELECT 'x' \\gexec\n"

    assert list(sql_script.steps(script)) == [
        "\\set a 'b'",
        "SELECT 1,\n2;",
        "SELECT 'x' \\gexec",
    ]


def test_a_statement_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="unfinished"):
        list(sql_script.steps("SELECT 1"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT :'name'", "SELECT 'it''s \"x\"'"),
        ('DROP ROLE :"name"', 'DROP ROLE "it\'s ""x"""'),
        ("SELECT 1::text", "SELECT 1::text"),
    ],
)
def test_variables_are_quoted_as_the_place_asks(statement: str, expected: str) -> None:
    assert sql_script.interpolated(statement, {"name": 'it\'s "x"'}) == expected


def test_an_unknown_variable_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        sql_script.interpolated("SELECT :'nobody'", {})
