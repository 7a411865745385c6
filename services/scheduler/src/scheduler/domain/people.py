"""What is asked of the people that a meeting names, and what of them is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TypeVar
from urllib.parse import urlsplit

from common.addresses import AddressRules
from common.errors import InvalidInput
from scheduler.domain.definitions import Definition, Invitee, Stakeholder, WebPush
from scheduler.domain.notices import Channel
from scheduler.domain.targets import RefusedTarget, check_target

# In place of what is secret of an address.
HIDDEN = "***"
_MASKED = (
    f"has {HIDDEN} in it, as it is shown; only who is told there already keeps it so, "
    "for anybody else give all of it"
)

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


def check_people(
    after: Definition, rules: AddressRules, before: Definition | None = None, root: str = ""
) -> None:
    """Raise ``InvitedTwice``, ``AddressMissing`` or ``AddressUnfit`` for who is named wrongly.

    Whoever is told where they were in *before* is not looked at: rules become stricter, and no
    stored person may stand in the way of another change. Fields are named after *root*.
    """
    for group in ("invitees", "stakeholders"):
        people: Sequence[Invitee | Stakeholder] = getattr(after, group)
        known = {address_key(one.email): _target(one) for one in getattr(before, group, ())}
        seen: dict[str, str] = {}
        for place, person in enumerate(people):
            path = f"{root}{group}[{place}]"
            key = address_key(person.email)
            if key in seen:
                raise InvitedTwice(f"{path}.email", person.email, seen[key])
            seen[key] = path
            if known.get(key) != _target(person):
                check_address(f"{path}.", person, rules)


def check_address(path: str, person: Invitee | Stakeholder, rules: AddressRules) -> None:
    """Raise what is wrong with where *person*, whose fields begin with *path*, is told."""
    channel, address, pushed = _target(person)
    if channel in (Channel.EMAIL, Channel.NONE):
        if address or pushed:
            raise AddressUnfit(f"{path}address", f"means nothing for {channel.value}; leave it out")
        return
    if channel is Channel.WEBHOOK and pushed:
        raise AddressUnfit(f"{path}web_push", "is for the channel PUSH")
    if not address and not pushed:
        raise AddressMissing(f"{path}address", channel)
    if address and pushed:
        raise AddressUnfit(f"{path}address", "is given beside web_push; leave one of them out")
    _refuse_masked(path, address, pushed)
    try:
        check_target(channel, address, subscription_of(pushed), rules)
    except RefusedTarget as refused:
        raise AddressUnfit(f"{path}{refused.field}", refused.why) from None


def subscription_of(pushed: WebPush | None) -> Mapping[str, str]:
    """*pushed* as those who send read it; empty if it is missing."""
    return asdict(pushed) if pushed else {}


def _refuse_masked(path: str, address: str, pushed: WebPush | None) -> None:
    """Raise ``AddressUnfit`` for what was read of somebody and is written of somebody else."""
    for field, text in (
        ("address", address),
        ("web_push.endpoint", pushed.endpoint if pushed else ""),
    ):
        if HIDDEN in text:
            raise AddressUnfit(f"{path}{field}", _MASKED)


def _target(person: Invitee | Stakeholder) -> tuple[Channel, str, WebPush | None]:
    """Where *person* is told."""
    pushed = person.web_push if isinstance(person, Invitee) else None
    return Channel(person.channel), person.address, pushed


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
