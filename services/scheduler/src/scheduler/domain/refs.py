"""Meetings that are looked for by the foreign things they belong to before they are created."""

from collections.abc import Collection

from common.errors import AlreadyExists, InvalidInput


class MissingExternalRef(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "get_or_create finds a meeting by its external refs; give at least one",
            field="external_refs",
        )


class ExternalRefsDisagree(AlreadyExists):
    def __init__(self, meeting_ids: Collection[str]) -> None:
        names = ", ".join(sorted(meeting_ids))
        super().__init__(
            f"the external refs belong to different meetings, {names}; give those of one",
            field="external_refs",
            meeting_ids=names,
        )
