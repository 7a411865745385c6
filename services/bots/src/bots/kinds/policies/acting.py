"""What follows when a rule fires: what its actions ask to be done."""

from collections.abc import Mapping
from typing import Any, Final

from bots.domain.reading import Ask, Do
from bots.kinds.policies.moments import Evidence
from bots.kinds.policies.rules import PolicyRule

# Actions that are no more than what the insight says.
_TELLING: Final = ("alert", "flag")


def asks_of(rule: PolicyRule, evidence: Evidence, key: str) -> list[Ask]:
    """What *rule* has done, for the finding called *key*."""
    asked = []
    for number, action in enumerate(rule.actions):
        if action["do"] not in _TELLING:
            do, arguments = _ask(rule, action, evidence)
            asked.append(Ask(do, f"{key}:{number}", arguments, because=(key,)))
    return asked


def _ask(
    rule: PolicyRule, action: Mapping[str, Any], evidence: Evidence
) -> tuple[Do, Mapping[str, Any]]:
    of = f"policy {rule.source.name!r}, " if rule.source.id else ""
    reason = f"{of}rule {rule.id!r}"
    match action["do"]:
        case "mute":
            return Do.MUTE, {"participant_id": evidence.participant_id, "reason": reason}
        case "hold":
            return Do.HOLD, {"reason": reason}
        case "pause_recording":
            return Do.PAUSE_RECORDING, {"reason": reason}
        case "end":
            return Do.END, {"reason": reason, "by_policy": not rule.is_trigger}
        case "attach":
            return Do.ATTACH, {"config": {}, **action["bot"]}
        case _:
            return Do.PROMPT, _prompt(action, evidence)


def _prompt(action: Mapping[str, Any], evidence: Evidence) -> Mapping[str, Any]:
    prompt = {"text": action["text"], "kind": action.get("kind", "SYSTEM")}
    match action.get("to", "all"):
        case "hosts":
            return {**prompt, "role": "HOST"}
        case "speaker":
            return {**prompt, "participant_id": evidence.participant_id}
        case _:
            return prompt
