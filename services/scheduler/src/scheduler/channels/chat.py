"""Telling by a chat or alert service, through one library that speaks to many of them."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog
from apprise import AppriseAsset, NotifyFormat, NotifyType, PersistentStoreMode
from apprise.plugins.base import NotifyBase
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.opsgenie import NotifyOpsgenie
from apprise.plugins.pagerduty import NotifyPagerDuty
from apprise.plugins.pushover import NotifyPushover
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.webexteams import NotifyWebexTeams
from apprise.plugins.workflows import NotifyWorkflows

from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import NoticeKind
from scheduler.domain.sending import Dispatch, Outcome, Verdict
from scheduler.domain.targets import RefusedTarget, check_push

log = structlog.get_logger()

# A service that hangs takes these threads, not those that the rest of the process needs.
THREADS = 16
LONGEST_BODY = 1500
# The library knows many more; none but these is loaded.
SERVICES: Mapping[str, type[NotifyBase]] = {
    "discord": NotifyDiscord,
    "gchat": NotifyGoogleChat,
    "ntfy": NotifyNtfy,
    "opsgenie": NotifyOpsgenie,
    "pagerduty": NotifyPagerDuty,
    "pover": NotifyPushover,
    "slack": NotifySlack,
    "tgram": NotifyTelegram,
    "workflows": NotifyWorkflows,
    "wxteams": NotifyWebexTeams,
}
_TONES = {
    NoticeKind.CANCELLED: NotifyType.WARNING,
    NoticeKind.LIVE: NotifyType.SUCCESS,
}


class Chat:
    """*seconds* bounds one message. The library blocks, so it has threads of its own."""

    def __init__(self, renderer: Renderer, seconds: float) -> None:
        self._renderer = renderer
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat")
        self._asset = AppriseAsset(
            app_id="Convene",
            app_desc="Convene",
            app_url="",
            # Nothing is written to this machine, and nobody is sent on to another host.
            storage_mode=PersistentStoreMode.MEMORY,
            http_redirects=False,
            allow_templates=False,
            pgp_autogen=False,
            pem_autogen=False,
            async_mode=False,
            service_timeout=seconds,
        )

    async def send(self, dispatch: Dispatch) -> Outcome:
        try:
            service = self._service(dispatch.notice.recipient.address)
        except RefusedTarget as refused:
            return Outcome(Verdict.REFUSED, f"the push {refused}")
        page = self._renderer.page(dispatch.notice)
        body = "\n".join(one for one in (page.brief, page.join.url if page.join else "") if one)
        tone = _TONES.get(dispatch.notice.kind, NotifyType.INFO)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                taken = await loop.run_in_executor(
                    self._threads,
                    lambda: _notify(service, f"{page.kicker}: {page.title}", body, tone),
                )
        except TimeoutError:
            return Outcome(Verdict.AGAIN, "the push service took too long")
        except Exception as error:
            # Whatever a service's own code raises; its words may hold the address.
            log.warning("push failed", notice=dispatch.notice.id, error=type(error).__name__)
            taken = False
        if not taken:
            return Outcome(Verdict.AGAIN, "the push service did not take it")
        return Outcome(Verdict.SENT)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _service(self, address: str) -> NotifyBase:
        """Raises ``RefusedTarget``."""
        check_push(address)
        kind = SERVICES[address.partition("://")[0].lower()]
        try:
            parsed = kind.parse_url(address)
            if parsed:
                return kind(**parsed | {"asset": self._asset})
        except (TypeError, ValueError):
            # What the library raises holds the address.
            pass
        raise RefusedTarget("is not complete; the service's own page says what it needs") from None


def _notify(service: NotifyBase, title: str, body: str, tone: NotifyType) -> bool:
    return bool(
        service.notify(
            body=body[:LONGEST_BODY],
            title=title,
            notify_type=tone,
            body_format=NotifyFormat.TEXT,
        )
    )
