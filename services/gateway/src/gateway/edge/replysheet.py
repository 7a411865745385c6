"""The page behind the links in invitations, drawn: plain HTML with no script in it."""

from collections.abc import Mapping
from datetime import UTC
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from convene.scheduler.v1 import invitation_pb2 as kinds
from convene.scheduler.v1 import invitations_pb2 as pb
from gateway.edge.exchange import Reply
from gateway.edge.pages import HTML
from gateway.edge.replytexts import DEFAULT, Texts, language_of

MOST_COMMENT = 1000
HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
# By the value of a button.
ANSWERS: Mapping[str, kinds.InvitationResponse] = {
    "yes": kinds.INVITATION_RESPONSE_ACCEPTED,
    "maybe": kinds.INVITATION_RESPONSE_TENTATIVE,
    "no": kinds.INVITATION_RESPONSE_DECLINED,
}
SAID = {response: value for value, response in ANSWERS.items()}
STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --paper: #f7f8fa;
  --card: #fff; --line: #dfe3e9; --mark: #2f5fd0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e5eaf1; --soft: #9aa6b5; --paper: #11151b;
  --card: #181e26; --line: #2a323d; --mark: #86a9ff } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper) }
main { max-width: 30rem; margin: 12vh auto 2rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere }
p { margin: .25rem 0; color: var(--soft) }
strong { color: var(--ink) }
form { margin-top: 1.5rem; display: grid; gap: .75rem; grid-template-columns: repeat(3, 1fr) }
label { grid-column: 1 / -1; color: var(--soft); font-size: .9rem }
textarea { width: 100%; box-sizing: border-box; margin-top: .3rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .5rem }
button { font: inherit; padding: .6rem; border-radius: 8px; border: 1px solid var(--mark);
  background: transparent; color: var(--mark); cursor: pointer }
button[aria-pressed="true"] { background: var(--mark); color: var(--card) }
button.chosen { grid-column: 1 / -1; padding: .9rem; font-weight: 600; background: var(--mark);
  color: var(--card) }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px }
"""


def question(
    asked: pb.GetReplyResponse, words: Texts, *, chosen: str = "", problem: str = "", said: bool
) -> str:
    """What is asked and what was answered; a *chosen* answer waits for one click.

    *said* says that it was just given.
    """
    lines = [f"<h1>{escape(asked.title)}</h1>"]
    if when := _when(asked):
        lines.append(f"<p>{escape(words['next']) + ' ' if asked.is_series else ''}{when}</p>")
    if asked.is_over:
        return "".join([*lines, _strong("", words["over"])])
    now = SAID.get(asked.response, "")
    if problem:
        lines.append(_strong("alert", problem))
    elif now:
        thanks = f"{words['thanks']} " if said else ""
        lines.append(_strong("status", thanks + words[f"said_{now}"]))
    if chosen in ANSWERS and chosen != now:
        lines.append(_strong("status", words["not_yet"]))
    else:
        chosen = ""
    return "".join([*lines, _form(asked.name, words, now, chosen)])


def opt_out(title: str, words: Texts, *, opted_out: bool) -> str:
    """Whether reminders and summaries of the meeting come, and one button to change that."""
    now, label, value = ("stopped", "resume", "no") if opted_out else ("coming", "stop", "yes")
    button = f"<button class='chosen' name='stop' value='{value}'>{escape(words[label])}</button>"
    return (
        f"<h1>{escape(title)}</h1>{_strong('status', words[now])}"
        f"<form method='post'>{button}</form>"
    )


def unknown(words: Texts) -> str:
    """That there is no such invitation."""
    return f"<h1>{escape(words['unknown'])}</h1><p>{escape(words['unknown_why'])}</p>"


def page(status: int, tag: str, words: Texts, body: str, title: str = "title") -> Reply:
    """*body* as a whole page in the language of *tag*; *title* names one of *words*."""
    head = (
        f"<!doctype html><html lang='{language_of(tag) or DEFAULT}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(words[title])}</title><style>{STYLE}</style></head><body><main>"
    )
    return Reply(status, f"{head}{body}</main></body></html>".encode(), HTML, HEADERS)


def _form(name: str, words: Texts, now: str, chosen: str) -> str:
    # Whoever writes a text may write braces; whoever has a name, too.
    asks = words["question_to"].replace("{name}", name) if name else words["question"]
    buttons = [
        _button(value, words[value], f"aria-pressed='{str(value == now).lower()}'")
        for value in ANSWERS
        if value != chosen
    ]
    if chosen:
        confirm = words[f"confirm_{chosen}"]
        buttons.insert(0, _button(chosen, confirm, "class='chosen' autofocus"))
    return (
        f"<p>{escape(asks)}</p><form method='post'>"
        f"{''.join(buttons)}"
        f"<label>{escape(words['comment'])}"
        f"<textarea name='comment' rows='2' maxlength='{MOST_COMMENT}'></textarea></label></form>"
    )


def _button(value: str, label: str, attributes: str) -> str:
    return f"<button name='answer' value='{value}' {attributes}>{escape(label)}</button>"


def _strong(role: str, text: str) -> str:
    named = f" role='{role}'" if role else ""
    return f"<p{named}><strong>{escape(text)}</strong></p>"


def _when(asked: pb.GetReplyResponse) -> str:
    if not asked.HasField("start_time"):
        return ""
    try:
        zone = ZoneInfo(asked.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = asked.start_time.ToDatetime(UTC).astimezone(zone)
    shown = f"{escape(asked.when)} ({escape(asked.clock)})"
    return f"<time datetime='{local.isoformat()}'>{shown}</time>"
