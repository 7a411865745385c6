"""Runs the part of psql's language that our SQL files use, over asyncpg.

One file serves production, where psql runs it, and this command, which has no psql to count on.
Understood: statements whose last line ends in `;`, queries ended by `\\gexec`, `\\set`, `\\getenv`,
`\\connect :"variable"`, and the three ways of naming a variable: :name, :'literal', :"identifier".
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from convene_cli.errors import CannotStart

_CONNECT_SECONDS = 10
_STATEMENT_SECONDS = 60
_VARIABLE = re.compile(r""":(?:'(?P<literal>\w+)'|"(?P<identifier>\w+)")""")
_WORD = re.compile(r"'(?P<quoted>[^']*)'|:(?P<variable>\w+)|(?P<bare>[^\s':]+)")


async def run(admin_url: str, script: str, environment: Mapping[str, str]) -> None:
    """Run *script* from the database that *admin_url* names, as its user.

    *environment* is what `\\getenv` reads. Raises CannotStart with the server's own words.
    """
    variables: dict[str, str] = {}
    connection = await asyncpg.connect(
        admin_url, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS
    )
    try:
        for step in steps(script):
            words = step.split(maxsplit=2)
            match words[0]:
                case "\\connect":
                    await connection.close()
                    url = _with_database(admin_url, variables[words[1].strip(':"')])
                    connection = await asyncpg.connect(
                        url, timeout=_CONNECT_SECONDS, command_timeout=_STATEMENT_SECONDS
                    )
                case "\\getenv":
                    variables[words[1]] = environment[words[2]]
                case "\\set":
                    variables[words[1]] = _concatenated(words[2], variables)
                case _:
                    await _execute(connection, interpolated(step, variables))
    except asyncpg.PostgresError as refusal:
        raise CannotStart(f"the database refused a bootstrap statement: {refusal}") from refusal
    finally:
        await connection.close()


def steps(script: str) -> Iterator[str]:
    """The commands and statements of *script* in order, without comments and empty lines."""
    pending: list[str] = []
    for raw in script.splitlines():
        line = raw.strip()
        if not line or line.startswith("--"):
            continue
        pending.append(line)
        if line.startswith("\\") or line.endswith((";", "\\gexec")):
            yield "\n".join(pending)
            pending = []
    if pending:
        raise ValueError(f"unfinished statement at the end of the script: {pending[0]}")


def interpolated(statement: str, variables: Mapping[str, str]) -> str:
    """*statement* with :'name' as a quoted literal and :"name" as a quoted identifier."""

    def quoted(found: re.Match[str]) -> str:
        if name := found["literal"]:
            return "'" + variables[name].replace("'", "''") + "'"
        return '"' + variables[found["identifier"]].replace('"', '""') + '"'

    return _VARIABLE.sub(quoted, statement)


def _concatenated(words: str, variables: Mapping[str, str]) -> str:
    return "".join(
        variables[found["variable"]] if found["variable"] else found["quoted"] or found["bare"]
        for found in _WORD.finditer(words)
    )


async def _execute(connection: asyncpg.Connection, statement: str) -> None:
    if not statement.endswith("\\gexec"):
        await connection.execute(statement)
        return
    for row in await connection.fetch(statement.removesuffix("\\gexec")):
        for made in row:
            await connection.execute(made)


def _with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
