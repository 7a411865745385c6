"""The one shape in which a model answers: claims, each with the segments it cites."""

from pydantic import BaseModel, ConfigDict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SaidPoint(_Strict):
    text: str
    cites: list[str]


class SaidDecision(_Strict):
    text: str
    cites: list[str]
    # The key of the note that it changes, or nothing.
    replaces: str


class SaidItem(_Strict):
    text: str
    owner: str
    due: str
    cites: list[str]
    replaces: str


class SaidQuestion(_Strict):
    text: str
    cites: list[str]


class SaidReply(_Strict):
    """That a question in the notes was answered."""

    question: str
    cites: list[str]


class SaidChapter(_Strict):
    title: str
    cites: list[str]


class SaidNotes(_Strict):
    summary: list[SaidPoint]
    decisions: list[SaidDecision]
    action_items: list[SaidItem]
    questions: list[SaidQuestion]
    answered: list[SaidReply]
    chapters: list[SaidChapter]


class SaidAnswer(_Strict):
    """What answers a question about the meeting."""

    answer: str
    cites: list[str]
