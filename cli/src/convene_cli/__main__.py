"""``convene``: up, demo, status, doctor, dead-letters."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from convene_cli import (
    client,
    dead_letters,
    demo,
    doctor,
    mails,
    receiver,
    secrets,
    suite,
    waterfall,
)
from convene_cli.dead_letters import DeadLetters
from convene_cli.errors import CannotStart
from convene_cli.media_nodes import MediaOptions, Plane
from convene_cli.suite import Suite
from convene_cli.supervise import stop_requested
from convene_cli.traces import Traces

DEFAULT_FOLDER = ".convene"
DEFAULT_PORT = 8080
SCENARIOS = Path(__file__).parents[3] / "scenarios"
# Human voices first; the second has action items, said by synthetic ones.
DEMONSTRATED = ("kick-off", "planning")


def main() -> None:
    """Run the command line; exits 1 with one sentence when something cannot be."""
    arguments = _parser().parse_args()
    try:
        asyncio.run(arguments.run(arguments))
    except CannotStart as error:
        print(f"convene: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="convene", description="Run meetings from end to end.")
    commands = parser.add_subparsers(required=True, metavar="command")
    up = commands.add_parser("up", help="run the suite until stopped")
    up.add_argument("--port", type=int, default=DEFAULT_PORT, help="where REST listens")
    up.set_defaults(run=_up)
    played = commands.add_parser("demo", help="run the suite and play a real meeting through it")
    played.add_argument("--scenario", type=Path, action="append", help="a scenario folder")
    played.set_defaults(run=_demo)
    status = commands.add_parser("status", help="what runs on a data folder")
    status.set_defaults(run=_status)
    examined = commands.add_parser("doctor", help="what works, and what to set where it does not")
    examined.set_defaults(run=_doctor)
    dead = commands.add_parser("dead-letters", help="facts that failed for good, to try or skip")
    for one in (up, played):
        _take_media(one)
    for one in (up, played, status, examined, *_dead_letters(dead)):
        one.add_argument(
            "--data", type=_folder, default=_folder(DEFAULT_FOLDER), help="data folder"
        )
        one.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _take_media(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--media-plane",
        choices=get_args(Plane),
        default=MediaOptions.plane,
        help="auto takes Janus where it is installed, else the sandbox plane",
    )
    command.add_argument(
        "--media-interface",
        metavar="NAME",
        help="the network interface browsers reach Janus on (default: one with a 127/8 address "
        "that is not lo, else that of the default route)",
    )


def _media(arguments: argparse.Namespace) -> MediaOptions:
    return MediaOptions(arguments.media_plane, arguments.media_interface)


def _dead_letters(parser: argparse.ArgumentParser) -> Sequence[argparse.ArgumentParser]:
    """The verbs of ``convene dead-letters``."""
    verbs = parser.add_subparsers(required=True, metavar="verb")
    listed = verbs.add_parser("list", help="what waits to be replayed or skipped")
    listed.set_defaults(run=_list_dead)
    replayed = verbs.add_parser("replay", help="try an aggregate again, from its first parked fact")
    replayed.set_defaults(run=_replay_dead)
    skipped = verbs.add_parser("skip", help="give an aggregate's first parked fact up")
    skipped.set_defaults(run=_skip_dead)
    for one in (replayed, skipped):
        one.add_argument("consumer", help="as listed, say bots-from-session")
        one.add_argument("aggregate", help="as listed, say a meeting's or a session's id")
    skipped.add_argument("sequence", type=int, help="as listed")
    return listed, replayed, skipped


async def _up(arguments: argparse.Namespace) -> None:
    async with suite.running(arguments.data, arguments.port, media=_media(arguments)) as installed:
        running = installed.suite
        print(running.as_json() if arguments.json else _block(running, arguments.data), flush=True)
        await stop_requested()


async def _demo(arguments: argparse.Namespace) -> None:
    say = _say_nothing if arguments.json else _say
    # As JSON it is one object, so one meeting unless more are asked for.
    default = DEMONSTRATED[:1] if arguments.json else DEMONSTRATED
    folders = arguments.scenario or [SCENARIOS / name for name in default]
    async with (
        suite.running(arguments.data, media=_media(arguments)) as installed,
        client.connected(installed.suite.base_url, installed.suite.api_key) as api,
        receiver.receiving() as hooks,
    ):
        say(_block(installed.suite, arguments.data))
        await demo.subscribe(api, hooks)
        outbox = Path(installed.suite.mail_folder or arguments.data / suite.MAILS)
        known = mails.files(outbox)
        for folder in folders:
            say(f"\n== {folder.name}")
            played = await demo.play(api, hooks, folder, say)
            if arguments.json:
                print(played.as_json(), flush=True)
                continue
            say(demo.shown(played))
            await asyncio.sleep(1)
            say(_trace(installed.traces, played.trace_id))
        say(f"\n{len(hooks.events)} signed webhooks arrived, {hooks.refused} were refused.")
        say(f"\nMails\n{mails.shown(mails.written(outbox, known))}")


async def _status(arguments: argparse.Namespace) -> None:
    kept = _running_on(arguments.data)
    async with client.connected(kept["base_url"], kept["api_key"]) as api:
        ready = await api.call("GET", "/readyz")
    if arguments.json:
        print(json.dumps(ready))
        return
    print(f"{kept['base_url']} is ready")
    print("\n".join(standing_lines(ready["services"])))


async def _doctor(arguments: argparse.Namespace) -> None:
    addresses = _running_on(arguments.data)["grpc"]
    services = {service: addresses[service] for service in secrets.SERVICES}
    found = await doctor.examined(services, secrets.opened(arguments.data).signing_key)
    print(json.dumps(doctor.as_dicts(found)) if arguments.json else doctor.shown(found))
    if any(one.is_wrong for one in found):
        raise SystemExit(1)


async def _list_dead(arguments: argparse.Namespace) -> None:
    found = await _letters(arguments.data).listed()
    as_json = arguments.json
    print(json.dumps(dead_letters.as_dicts(found)) if as_json else dead_letters.shown(found))


async def _replay_dead(arguments: argparse.Namespace) -> None:
    await _letters(arguments.data).replay(arguments.consumer, arguments.aggregate)
    told = {"consumer": arguments.consumer, "aggregate_id": arguments.aggregate}
    print(json.dumps(told) if arguments.json else f"{arguments.aggregate} is tried again")


async def _skip_dead(arguments: argparse.Namespace) -> None:
    letters = _letters(arguments.data)
    await letters.skip(arguments.consumer, arguments.aggregate, arguments.sequence)
    told = {
        "consumer": arguments.consumer,
        "aggregate_id": arguments.aggregate,
        "sequence": arguments.sequence,
    }
    skipped = f"{arguments.sequence} of {arguments.aggregate} is skipped"
    print(json.dumps(told) if arguments.json else skipped)


def _letters(folder: Path) -> DeadLetters:
    addresses = _running_on(folder)["grpc"]
    return DeadLetters(
        {service: addresses[service] for service in secrets.SERVICES},
        secrets.opened(folder).signing_key,
    )


def _running_on(folder: Path) -> dict[str, Any]:
    """What the suite on *folder* said of itself when it was up; raises CannotStart."""
    try:
        kept: dict[str, Any] = json.loads((folder / suite.STATUS).read_text())
    except FileNotFoundError:
        raise CannotStart(f"nothing runs on {folder}; start it with `convene up`") from None
    return kept


def _block(running: Suite, folder: Path) -> str:
    missing = "\n".join(f"  not configured   {one}" for one in running.not_configured)
    return (
        f"Convene is up in {running.ready_seconds:g} s (data in {folder})\n"
        f"  REST             {running.base_url}\n"
        f"  API document     {running.base_url}/docs\n"
        f"  media plane      {running.media_plane}\n"
        f"  development key  {running.api_key}\n"
        f"  test key         {running.test_key}\n"
        f"{missing}"
    )


def standing_lines(services: Mapping[str, str]) -> Sequence[str]:
    """How each service stands, one line each."""
    return [f"  {name:<16} {state.lower()}" for name, state in services.items()]


def _folder(path: str) -> Path:
    return Path(path).absolute()


def _trace(traces: Traces, trace_id: str) -> str:
    return f"\nTrace {trace_id}\n{waterfall.drawn(traces, trace_id)}"


def _say(text: str) -> None:
    print(text, flush=True)


def _say_nothing(text: str) -> None:
    return


if __name__ == "__main__":
    main()
