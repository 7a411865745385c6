"""Who is let in, how often, and where to."""

import asyncio

import pytest
from grpc import StatusCode, aio

from common.keys import make_key
from common.principal import Kind, Principal
from gateway.edge.auth import MAX_REMEMBERED, Doorkeeper
from gateway.edge.limits import MAX_BUCKETS, Limiter, RateLimit
from gateway.edge.problems import Refused
from gateway.edge.router import Match, Router

ADA = Principal("wsp_1", Kind.API_KEY, "key_1", frozenset({"*"}))


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class CountingAccess:
    """The access service: knows every key but the revoked ones."""

    def __init__(self) -> None:
        self.asked = 0
        self.revoked: set[str] = set()
        self.failure = StatusCode.UNAUTHENTICATED

    async def __call__(self, key: str) -> Principal:
        self.asked += 1
        if key in self.revoked:
            raise aio.AioRpcError(self.failure, aio.Metadata(), aio.Metadata())
        return ADA


async def refusal(doorkeeper: Doorkeeper, authorization: str) -> Refused:
    with pytest.raises(Refused) as caught:
        await doorkeeper.admit(authorization)
    return caught.value


async def test_a_key_is_asked_for_once_in_ten_seconds() -> None:
    access, clock, key = CountingAccess(), FakeClock(), make_key(False)
    doorkeeper = Doorkeeper(access, clock)

    for _ in range(3):
        assert await doorkeeper.admit(f"Bearer {key}") == ADA
    assert access.asked == 1

    access.revoked.add(key)
    clock.now += 10.0
    assert (await refusal(doorkeeper, f"bearer {key}")).reason == "INVALID_API_KEY"


async def test_what_is_no_key_is_refused_without_asking() -> None:
    access, key = CountingAccess(), make_key(True)
    doorkeeper = Doorkeeper(access)

    for header, reason in {
        "": "MISSING_API_KEY",
        "Basic YTpi": "MISSING_API_KEY",
        key: "MISSING_API_KEY",
        "Bearer": "MALFORMED_API_KEY",
        f"Bearer {key[:-1]}": "MALFORMED_API_KEY",
        f"Bearer {key} {key}": "MALFORMED_API_KEY",
        f"Bearer {key.lower()}": "MALFORMED_API_KEY",
    }.items():
        refused = await refusal(doorkeeper, header)
        assert (refused.status, refused.reason) == (401, reason)
        assert refused.headers["www-authenticate"].startswith('Bearer realm="convene"')
    assert access.asked == 0


async def test_a_silent_access_service_is_not_taken_for_a_wrong_key() -> None:
    access, key = CountingAccess(), make_key(False)
    access.revoked, access.failure = {key}, StatusCode.UNAVAILABLE

    with pytest.raises(aio.AioRpcError):
        await Doorkeeper(access).admit(f"Bearer {key}")


async def test_the_memory_for_keys_is_bounded() -> None:
    access = CountingAccess()
    doorkeeper = Doorkeeper(access)
    first = make_key(False)
    await doorkeeper.admit(f"Bearer {first}")

    await asyncio.gather(
        *(doorkeeper.admit(f"Bearer {make_key(False)}") for _ in range(MAX_REMEMBERED))
    )
    asked = access.asked
    await doorkeeper.admit(f"Bearer {first}")

    assert access.asked == asked + 1


def test_a_burst_is_followed_by_an_even_rate() -> None:
    clock = FakeClock()
    limiter = Limiter(RateLimit(per_second=2, burst=4), clock)

    left = [limiter.take("a")["ratelimit"] for _ in range(4)]
    assert left == [f'"default";r={n};t={t}' for n, t in [(3, 1), (2, 1), (1, 2), (0, 2)]]

    with pytest.raises(Refused) as caught:
        limiter.take("a")
    assert (caught.value.status, caught.value.headers) == (
        429,
        {
            "ratelimit-policy": '"default";q=4;w=2',
            "ratelimit": '"default";r=0;t=2',
            "retry-after": "1",
        },
    )
    assert limiter.take("b")["ratelimit"].startswith('"default";r=3')

    clock.now += 0.5
    assert limiter.take("a")["ratelimit"].startswith('"default";r=0')


def test_the_memory_for_callers_is_bounded() -> None:
    limiter = Limiter(RateLimit(per_second=0.001, burst=1))
    limiter.take("first")

    for number in range(MAX_BUCKETS):
        limiter.take(str(number))

    limiter.take("first")


def a_router() -> Router[str]:
    router: Router[str] = Router()
    router.add("POST", "/meetings/create", "create")
    router.add("GET", "/meetings/{meeting_id}", "one")
    router.add("GET", "/meetings/{m}/sessions/{s}", "session")
    return router


def test_a_path_is_found_with_its_values() -> None:
    assert a_router().find("GET", "/meetings/mtg_1/sessions/active") == Match(
        "session", {"m": "mtg_1", "s": "active"}
    )


def test_a_reserved_word_is_never_an_id() -> None:
    assert a_router().find("GET", "/meetings/create") == frozenset({"POST"})


@pytest.mark.parametrize("path", ["/", "", "/meetings", "/meetings/", "/meetings/a/", "//a"])
def test_an_unknown_path_takes_no_method(path: str) -> None:
    assert a_router().find("GET", path) == frozenset()


def test_one_path_and_method_cannot_be_routed_twice() -> None:
    with pytest.raises(ValueError, match="routed twice"):
        a_router().add("GET", "/meetings/{other}", "x")
