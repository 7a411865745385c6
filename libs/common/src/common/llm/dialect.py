"""What a server takes of what can be asked for: found out once, by what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

_JSON_SCHEMA, _JSON_OBJECT, _TEXT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Dialect:
    """Begins with the strictest way that OpenAI has; *form* is how JSON is asked for."""

    form: int = _JSON_SCHEMA
    tokens_name: str = "max_tokens"
    takes_temperature: bool = True

    def arguments(self, schema: Mapping[str, Any], most_tokens: int) -> dict[str, Any]:
        """The part of a request that servers disagree about."""
        wanted: dict[str, Any] = {self.tokens_name: most_tokens}
        if self.takes_temperature:
            wanted["temperature"] = 0
        if self.form == _JSON_SCHEMA:
            answer = {"name": "answer", "strict": True, "schema": schema}
            wanted["response_format"] = {"type": "json_schema", "json_schema": answer}
        elif self.form == _JSON_OBJECT:
            wanted["response_format"] = {"type": "json_object"}
        return wanted

    def after(self, refusal: str) -> "Dialect | None":
        """What to try after *refusal*, the server's words; nothing when it is about else."""
        said = refusal.lower()
        if "max_tokens" in said and self.tokens_name == "max_tokens":
            return replace(self, tokens_name="max_completion_tokens")
        if "temperature" in said and self.takes_temperature:
            return replace(self, takes_temperature=False)
        about_form = any(word in said for word in ("response_format", "schema", "json", "grammar"))
        if about_form and self.form < _TEXT:
            return replace(self, form=self.form + 1)
        return None
