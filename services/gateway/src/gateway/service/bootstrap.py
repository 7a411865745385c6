"""The first workspace and its first keys, from key strings that whoever installs has made."""

from common import keys
from common.ids import LENGTH, derived_id
from common.principal import service_principal
from gateway.domain.keys import SHOWN_LENGTH, ApiKey, twin_of
from gateway.store.access import AccessStore

FIRST_WORKSPACE = "wsp_" + "dev".ljust(LENGTH, "0")


class UnusableKey(ValueError):
    """A key string that was given cannot be a key."""

    def __init__(self, *, test: bool) -> None:
        kind = "test" if test else "live"
        setting = "GATEWAY_BOOTSTRAP_TEST_KEY" if test else "GATEWAY_BOOTSTRAP_KEY"
        super().__init__(
            f"{setting} must be a {kind} key as common.keys.make_key(test={test}) makes one"
        )


async def bootstrap(store: AccessStore, live: str | None, test: str | None) -> int:
    """Have the workspace and the given keys; returns how many keys were new.

    Run it as often as you like. Raises ``UnusableKey``.
    """
    given = [(text, is_test) for text, is_test in ((live, False), (test, True)) if text]
    for text, is_test in given:
        start = keys.TEST_PREFIX if is_test else keys.LIVE_PREFIX
        if not keys.is_well_formed(text) or not text.startswith(start):
            raise UnusableKey(test=is_test)
    async with store.begin(service_principal("gateway", FIRST_WORKSPACE)) as tx:
        await tx.found_workspace()
        added = 0
        for text, is_test in given:
            hash_ = keys.hash_key(text)
            key = ApiKey(
                id=derived_id("key", hash_),
                workspace_id=FIRST_WORKSPACE,
                acts_in=twin_of(FIRST_WORKSPACE) if is_test else FIRST_WORKSPACE,
                name="first test key" if is_test else "first key",
                prefix=text[:SHOWN_LENGTH],
                hash=hash_,
                scopes=(),
                test=is_test,
                expire_time=None,
                create_time=tx.now,
            )
            if await tx.add_key(key):
                await tx.record("api_key.create", key.id)
                added += 1
        return added
