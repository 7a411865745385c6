"""What is asked of the people that a meeting names, and what of them is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from common.errors import InvalidInput
from scheduler.domain.definitions import Definition, Invitee, Stakeholder, WebPush
from scheduler.domain.notices import Channel

# In place of what is secret of an address.
HIDDEN = "***"

Person = TypeVar("Person", Invitee, Stakeholder)


class InvitedTwice(InvalidInput):
    def __init__(self, field: str, email: str, other: str) -> None:
        super().__init__(
            f"{field} is {email}, who is at {other} already; name each person once", field=field
        )


class AddressMissing(InvalidInput):
    def __init__(self, field: str, channel: Channel) -> None:
        remedies = {
            Channel.PUSH: "give the URL of their notification service, or a web_push subscription",
            Channel.WEBHOOK: "give the https URL that is told",
        }
        super().__init__(
            f"{field} is empty and the channel is {channel.value}; {remedies[channel]}",
            field=field,
        )


class AddressUnfit(InvalidInput):
    def __init__(self, field: str, remedy: str) -> None:
        super().__init__(f"{field} {remedy}", field=field)


def check_people(definition: Definition) -> None:
    """Raise ``InvitedTwice``, ``AddressMissing`` or ``AddressUnfit`` for who is named wrongly."""
    for group in ("invitees", "stakeholders"):
        people: Sequence[Invitee | Stakeholder] = getattr(definition, group)
        seen: dict[str, str] = {}
        for place, person in enumerate(people):
            path = f"{group}[{place}]"
            key = address_key(person.email)
            if key in seen:
                raise InvitedTwice(f"{path}.email", person.email, seen[key])
            seen[key] = path
            check_address(path, person)


def check_address(path: str, person: Invitee | Stakeholder) -> None:
    """Raise what is wrong with where *person*, at *path* of the request, is told."""
    channel = Channel(person.channel)
    field = f"{path}.address" if path else "address"
    pushed = person.web_push if isinstance(person, Invitee) else None
    if channel in (Channel.EMAIL, Channel.NONE):
        if person.address or pushed:
            raise AddressUnfit(field, f"means nothing for {channel.value}; leave it out")
        return
    if channel is Channel.WEBHOOK and pushed:
        raise AddressUnfit(field.replace("address", "web_push"), "is for the channel PUSH")
    if not person.address and not pushed:
        raise AddressMissing(field, channel)
    if channel is Channel.WEBHOOK and not person.address.startswith("https://"):
        raise AddressUnfit(field, "must be an https URL; write one as https://example.com/hooks")
    if person.address and not _is_address(person.address):
        raise AddressUnfit(field, "is no URL; write one as https://example.com/hooks")
    if pushed and not (pushed.p256dh and pushed.auth and pushed.endpoint.startswith("https://")):
        raise AddressUnfit(
            field.replace("address", "web_push"),
            "needs an https endpoint, p256dh and auth, as the browser gives them",
        )


def address_key(email: str) -> str:
    """By which an address is compared: people write their own in any case."""
    return email.casefold()


def shown_address(address: str) -> str:
    """*address* without what is secret of it: all but its scheme."""
    scheme, found, _ = address.partition("://")
    if not found:
        return HIDDEN if address else ""
    return f"{scheme}://{HIDDEN}"


def shown_web_push(pushed: WebPush | None) -> WebPush | None:
    """*pushed* as its host alone; all of an endpoint that is no URL is hidden."""
    if pushed is None:
        return None
    try:
        host = urlsplit(pushed.endpoint).hostname or HIDDEN
    except ValueError:
        host = HIDDEN
    return WebPush(f"https://{host}/{HIDDEN}")


def with_kept_secrets(before: Definition, after: Definition) -> Definition:
    """*after*, where an address that was sent back as it is shown stays what it was."""
    return replace(
        after,
        invitees=_kept(before.invitees, after.invitees),
        stakeholders=_kept(before.stakeholders, after.stakeholders),
    )


def _kept(before: Sequence[Person], after: Sequence[Person]) -> Sequence[Person]:
    if before is after:
        return after
    known: Mapping[str, Person] = {address_key(one.email): one for one in before}
    return tuple(_as_kept(known.get(address_key(one.email)), one) for one in after)


def _as_kept(before: Person | None, after: Person) -> Person:
    if before is None:
        return after
    if after.address and after.address == shown_address(before.address):
        after = replace(after, address=before.address)
    if isinstance(before, Invitee) and isinstance(after, Invitee):
        shown = shown_web_push(before.web_push)
        if after.web_push is not None and after.web_push == shown:
            after = replace(after, web_push=before.web_push)
    return after


def _is_address(address: str) -> bool:
    scheme, mark, rest = address.partition("://")
    visible = all("!" <= letter <= "~" for letter in address)
    return bool(mark and rest and visible and scheme.replace("+", "").isalnum())
