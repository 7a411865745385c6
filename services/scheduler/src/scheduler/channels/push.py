"""Telling by push: a subscribed browser, or a chat or alert service."""

from scheduler.channels.absent import Absent
from scheduler.channels.chat import Chat
from scheduler.channels.webpush import WebPush
from scheduler.domain.sending import Dispatch, Outcome


class Push:
    def __init__(self, browsers: WebPush | Absent, chat: Chat) -> None:
        self._browsers = browsers
        self._chat = chat

    async def send(self, dispatch: Dispatch) -> Outcome:
        if dispatch.notice.recipient.web_push:
            return await self._browsers.send(dispatch)
        return await self._chat.send(dispatch)
