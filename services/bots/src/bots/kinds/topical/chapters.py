"""A chapter while it grows: its latest utterances as they are, the earlier ones only counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bots.kinds.topical.terms import title_of
from bots.kinds.topical.tiling import Utterance, packed, unpacked

# What is looked at for a new topic.
MOST_LOOKED_AT: Final = 60
# More pieces of one chapter than these are not cited, more words not weighed for its title.
MOST_CITED: Final = 1000
MOST_WEIGHED: Final = 600
# What is said of nothing in particular.
UNTITLED: Final = "small talk"


@dataclass(frozen=True, slots=True)
class Chapter:
    """*told* says whether its begin is known to others; times are seconds of the session."""

    window: Sequence[Utterance] = ()
    start: float | None = None
    end: float = 0.0
    segment_ids: Sequence[str] = ()
    words: Sequence[str] = ()
    items: Mapping[str, int] = field(default_factory=dict)
    told: bool = False

    @property
    def weight(self) -> int:
        return len(self.words)

    @property
    def item(self) -> str:
        """The item of the agenda that is named most in it."""
        return max(self.items, key=self.items.__getitem__, default="")

    def title(self, session: Mapping[str, int]) -> str:
        return self.item or title_of(self.words, session) or UNTITLED

    def after(self, said: Utterance) -> "Chapter":
        items = Counter(self.items)
        if said.item:
            items[said.item] += 1
        return replace(
            self,
            window=[*self.window, said][-MOST_LOOKED_AT:],
            start=said.start if self.start is None else self.start,
            end=max(self.end, said.end),
            segment_ids=[*self.segment_ids, said.segment_id][:MOST_CITED],
            words=[*self.words, *said.words][-MOST_WEIGHED:],
            items=dict(items),
        )

    def cut(self, place: int) -> tuple["Chapter", "Chapter"]:
        """What was before *place* of the window, and the chapter that begins there."""
        following = Chapter()
        for said in self.window[place:]:
            following = following.after(said)
        moved = Counter(said.item for said in self.window[place:] if said.item)
        ids = set(following.segment_ids)
        before = replace(
            self,
            window=self.window[:place],
            end=max(said.end for said in self.window[:place]),
            segment_ids=[one for one in self.segment_ids if one not in ids],
            words=self.words[: len(self.words) - following.weight] or self.words[:1],
            items=dict(Counter(self.items) - moved),
        )
        return before, following

    def to_json(self) -> Mapping[str, Any]:
        window = [
            [one.segment_id, one.start, one.end, packed(one.vector), list(one.words), one.cue,
             one.item]
            for one in self.window
        ]  # fmt: skip
        return {
            "window": window,
            "start": self.start,
            "end": self.end,
            "segment_ids": list(self.segment_ids),
            "words": list(self.words),
            "items": dict(self.items),
            "told": self.told,
        }


def chapter_from(kept: Mapping[str, Any]) -> Chapter:
    """What ``Chapter.to_json`` wrote."""
    window = [
        Utterance(segment_id, start, end, unpacked(vector), words, cue, item)
        for segment_id, start, end, vector, words, cue, item in kept["window"]
    ]
    return Chapter(**{**kept, "window": window})
