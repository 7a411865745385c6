"""What a bot has to know before it reads beyond its configuration: its policies, who is there."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.bot import Bot
from bots.domain.crew import Crew
from bots.domain.kind import LANGUAGE_MODEL, InvalidConfig
from bots.domain.policy import InvalidRule, Policy
from bots.domain.recording import ComesWithRecording
from bots.kinds import kind_named
from bots.kinds.policies.checking import MOST_LISTENED_TOGETHER, listened_for
from bots.service.specs import BotSpec
from bots.store import BotsTransaction
from common.errors import InvalidInput

COMPLIANCE: Final = "compliance"


async def briefed(
    tx: BotsTransaction, bot: Bot, config: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """The bot's configuration, or *config* in its place, with what it names looked up now.

    Raises ``InvalidConfig`` for a policy that there is not.
    """
    config = bot.config if config is None else config
    if bot.kind != COMPLIANCE:
        return config
    named = config["policy_ids"]
    policies = await tx.policies_of(named)
    known = {policy.id for policy in policies}
    if missing := [one for one in named if one not in known]:
        raise InvalidConfig("policy_ids", f"names {missing[0]}, which is no policy")
    tracks = await tx.tracks_of(bot.session_id)
    people = {
        track.participant_id: {"name": track.name, "role": track.role, "here": not track.left}
        for track in tracks
    }
    enabled = [policy.as_config() for policy in policies if policy.is_enabled]
    count = sum(listened_for(one["rules"]) for one in (config, *enabled))
    if count > MOST_LISTENED_TOGETHER:
        raise InvalidConfig(
            "policy_ids",
            f"has {count} phrases and patterns to listen for with the rules beside it; "
            f"{MOST_LISTENED_TOGETHER} is the most",
        )
    return {**config, "policies": enabled, "people": people}


def permitted(kind: str, config: Mapping[str, Any], crew: Crew) -> Mapping[str, Any]:
    """*config*, which is checked, as far as the meeting lets a bot of this *kind* go."""
    if crew.language_model or not kind_named(kind).asks_model:
        return config
    return {**config, LANGUAGE_MODEL: False}


def with_policies(specs: Sequence[BotSpec], policies: Sequence[Policy]) -> Sequence[BotSpec]:
    """The bots that a meeting names, and the one that watches *policies*; that one comes first."""
    if not policies:
        return specs
    others = [spec for spec in specs if spec.kind != COMPLIANCE]
    watching = [spec for spec in specs if spec.kind == COMPLIANCE]
    config = dict(watching[0].config) if watching else {}
    named = config.get("policy_ids", [])
    if isinstance(named, list):
        brought = [policy.id for policy in policies if policy.id not in named]
        config["policy_ids"] = [*named, *brought]
    return [BotSpec(COMPLIANCE, config), *watching[1:], *others]


def check_brought_by(kind: str, config: Mapping[str, Any]) -> None:
    """Raise ``InvalidRule`` where a bot of *kind* is to bring one that cannot come."""
    if kind == COMPLIANCE:
        check_brought(config["rules"], "config.rules")


def check_brought(rules: Sequence[Mapping[str, Any]], path: str) -> None:
    """Raise ``InvalidRule`` for a bot that a rule is to bring and that cannot come."""
    for number, rule in enumerate(rules):
        for place, action in enumerate(rule["then"]):
            if action["do"] != "attach":
                continue
            try:
                kind = kind_named(action["bot"]["kind"])
                kind.checked(action["bot"].get("config", {}))
                if kind.comes_with_recording:
                    raise ComesWithRecording
            except InvalidInput as error:
                at = f"{path}[{number}].then[{place}].bot"
                raise InvalidRule(at, f"cannot come: {error}") from None
