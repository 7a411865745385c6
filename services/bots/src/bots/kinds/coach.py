"""Coach: tells each person in confidence, now and then, how they take part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bots.domain.kind import BotKind
from bots.domain.meanings import Meanings
from bots.domain.reading import (
    Ask,
    Do,
    Engines,
    Event,
    Happened,
    Reader,
    Reading,
    Said,
    What,
)
from bots.domain.transcript import Segment
from bots.kinds.coaching.pace import FILLERS, pace_from, pattern_of
from bots.kinds.coaching.patience import Patience, patience_from
from bots.kinds.coaching.remarks import (
    AGENDA,
    BALANCE,
    FILLER,
    MONOLOGUE,
    PACE,
    Remark,
    balance_text,
    fast_text,
    filled_text,
    found_of,
    long_text,
    span,
)
from bots.kinds.coaching.turns import Turn
from bots.kinds.config import Table, number, reader_table, roles
from bots.kinds.shapes import VISIBLE, Check, Listed, Text
from bots.kinds.topical.agenda import TABLED, Agenda, items_of

State = Mapping[str, Any]
HOST: Final = "HOST"
MOST_FILLERS, LONGEST_FILLER, MOST_NAMED = 50, 40, 5
NOTHING: Final[State] = {
    "turn": Turn().to_json(),
    "paces": {},
    "told": {},
    "roles": {},
    "gone": [],
    "agenda": Agenda.state,
    "reminded": False,
}


class Coach(BotKind):
    description = "Tells people in confidence when they speak for long, fast, or more than others."
    better_with = ("meanings",)

    @property
    def table(self) -> Table:
        return reader_table(_CHECKS, _DEFAULTS)

    def planned(self, config: Mapping[str, Any], agenda: str) -> Mapping[str, Any]:
        return config if config["agenda"] else {**config, "agenda": items_of(agenda)}

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return CoachReader(config, engines.meanings)


class CoachReader:
    """Remembers whose turn it is, everybody's latest speech, and what it told whom and when."""

    state: Mapping[str, Any] = NOTHING

    def __init__(self, config: Mapping[str, Any], meanings: Meanings | None) -> None:
        self._config = config
        self._fillers = pattern_of(config["fillers"])
        self._meanings = meanings
        self._agenda = Agenda(config["agenda"], config["covered_after_seconds"], meanings)

    async def read(self, event: Event, state: State, now: datetime) -> Reading:
        if isinstance(event, Said):
            if not event.final or not event.segment.text.strip():
                return Reading(state)
            state = await self._heard(event.segment, state)
            return self._tell(self._of_speech(event.segment, state), state, now)
        match event.what:
            case What.JOINED | What.LEFT:
                return Reading(_moved(state, event))
            case What.METRICS:
                people = event.details["participants"]
                roles = {one["participant_id"]: _role_of(one) for one in people}
                state = {**state, "roles": {**state["roles"], **roles}}
                return self._tell(self._of_balance(people, state), state, now)
            case What.ENDING_SOON:
                return self._remind(event.details["remaining_seconds"], state)
        return Reading(state)

    async def _heard(self, segment: Segment, state: State) -> State:
        vector = None
        if self._meanings is not None and self._config["agenda"]:
            (vector,) = await self._meanings.vectors([segment.text])
        agenda, _ = await self._agenda.hear(segment, vector, state["agenda"])
        window = self._config["pace_window_seconds"]
        pace = pace_from(state["paces"].get(segment.speaker_id, ()))
        pace = pace.after(segment, self._fillers, window)
        return {
            **state,
            "turn": Turn(**state["turn"]).after(segment).to_json(),
            "paces": {**state["paces"], segment.speaker_id: list(pace.pieces)},
            "agenda": agenda,
        }

    def _of_speech(self, segment: Segment, state: State) -> Sequence[Remark]:
        """What can be said of how somebody speaks."""
        who, limits = segment.speaker_id, self._config
        turn, pace = Turn(**state["turn"]), pace_from(state["paces"][who])
        spoken = turn.seconds if turn.speaker == who else 0.0
        remarks = [
            Remark(who, MONOLOGUE, spoken, limits["monologue_seconds"], long_text(spoken)),
        ]
        if pace.seconds >= limits["pace_window_seconds"]:
            most = limits["fillers_per_hundred_words"]
            fast = limits["words_per_minute"]
            remarks += [
                Remark(who, PACE, pace.per_minute, fast, fast_text(pace)),
                Remark(who, FILLER, pace.fillers_per_hundred, most, filled_text(pace)),
            ]
        return remarks

    def _of_balance(self, people: Sequence[Mapping[str, Any]], state: State) -> Sequence[Remark]:
        """What can be said of who speaks how much, once there was enough of it."""
        present = [one for one in people if one["participant_id"] not in state["gone"]]
        total = sum(one["speaking_seconds"] for one in people)
        if len(present) < 2 or total < self._config["balance_after_seconds"]:
            return []
        return [
            Remark(
                one["participant_id"],
                BALANCE,
                one["talk_ratio"],
                self._config["talk_share"],
                balance_text(one["talk_ratio"]),
            )
            for one in present
        ]

    def _tell(self, remarks: Sequence[Remark], state: State, now: datetime) -> Reading:
        """Tell what is due, to those who have patience for it."""
        at, told = now.timestamp(), dict(state["told"])
        findings, asks = [], []
        for remark in remarks:
            patience = patience_from(told.get(remark.person))
            if remark.is_over:
                patience = patience.over(remark.subject)
            elif self._may_tell(remark, patience, at, state):
                patience = patience.told(remark.subject, at)
                findings.append(found_of(remark))
                asks.append(_prompt(remark.person, remark.subject, remark.text))
            if patience != Patience():
                told[remark.person] = patience.to_json()
        return Reading({**state, "told": told}, findings, asks)

    def _may_tell(self, remark: Remark, patience: Patience, at: float, state: State) -> bool:
        """A threshold of nothing switches a subject off; who has left is not spoken to."""
        cooldown, most = self._config["cooldown_seconds"], self._config["most_prompts"]
        return (
            remark.is_due
            and remark.threshold > 0
            and remark.person not in state["gone"]
            and self._coaches(state["roles"].get(remark.person, ""))
            and patience.allows(remark.subject, at, cooldown, most)
        )

    def _coaches(self, role: str) -> bool:
        return not self._config["roles"] or role in self._config["roles"]

    def _remind(self, remaining: float, state: State) -> Reading:
        """Tell one host, once, what has not been talked about when there is little time left."""
        missed = self._agenda.missed(state["agenda"])
        hosts = [
            person
            for person, role in sorted(state["roles"].items())
            if role == HOST and person not in state["gone"]
        ]
        is_late = remaining <= self._config["agenda_warning_seconds"]
        if state["reminded"] or not (missed and hosts and is_late and self._coaches(HOST)):
            return Reading(state)
        named = ", ".join(missed[:MOST_NAMED]) + (" …" if len(missed) > MOST_NAMED else "")
        text = f"{span(remaining)} left. Not talked about yet: {named}"
        remark = Remark(hosts[0], AGENDA, len(missed), 1, text)
        asks = [_prompt(hosts[0], AGENDA, text)]
        return Reading({**state, "reminded": True}, [found_of(remark)], asks)


def _moved(state: State, event: Happened) -> State:
    gone = [one for one in state["gone"] if one != event.participant_id]
    if event.what is What.LEFT:
        gone.append(event.participant_id)
    roles = state["roles"]
    if role := event.details.get("role"):
        roles = {**roles, event.participant_id: role}
    return {**state, "gone": gone, "roles": roles}


def _role_of(person: Mapping[str, Any]) -> str:
    return str(person.get("role", "")).removeprefix("ROLE_")


def _prompt(person: str, subject: str, text: str) -> Ask:
    prompt = {"text": text, "kind": "CHAT", "participant_id": person}
    key = f"{subject} {person}"
    return Ask(Do.PROMPT, key, prompt, because=[key])


_FILLERS: Final = Listed(
    Text(
        f"takes words or phrases of 1 to {LONGEST_FILLER} characters",
        LONGEST_FILLER,
        least=1,
        pattern=VISIBLE,
    ),
    f"takes a list of at most {MOST_FILLERS} words or phrases",
    MOST_FILLERS,
)
_CHECKS: Final[Mapping[str, Check]] = {
    "monologue_seconds": number(0, 3600),
    "words_per_minute": number(0, 400),
    "pace_window_seconds": number(10, 600),
    "fillers_per_hundred_words": number(0, 100),
    "fillers": _FILLERS,
    "talk_share": number(0, 1),
    "balance_after_seconds": number(0, 86400),
    "agenda": TABLED,
    "agenda_warning_seconds": number(0, 3600),
    "covered_after_seconds": number(1, 3600),
    "cooldown_seconds": number(0, 86400),
    "most_prompts": number(0, 100, whole=True),
    "roles": roles,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "monologue_seconds": 120,
    "words_per_minute": 190,
    "pace_window_seconds": 60,
    "fillers_per_hundred_words": 6,
    "fillers": list(FILLERS),
    "talk_share": 0.7,
    "balance_after_seconds": 300,
    "agenda": [],
    "agenda_warning_seconds": 300,
    "covered_after_seconds": 20,
    "cooldown_seconds": 300,
    "most_prompts": 5,
    "roles": [],
}
