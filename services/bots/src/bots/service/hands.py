"""Does what bots ask for: other bots are brought here, the rest is the session's to do."""

from bots.domain.act import Act, ActRefused
from bots.domain.bot import BotAlreadyThere
from bots.domain.reading import Do
from bots.service.acting import Hands
from bots.service.bots import Bots
from common.errors import Exhausted
from common.principal import Principal


class AllHands:
    """Brings bots itself, and has *others* do everything else."""

    def __init__(self, bots: Bots, others: Hands) -> None:
        self._bots = bots
        self._others = others

    async def do(self, caller: Principal, act: Act) -> None:
        """Do *act*; a second time it changes nothing. Raises ``DomainError``.

        A bot of a kind that is there already has come; for one too many nobody waits.
        """
        if act.do is not Do.ATTACH:
            await self._others.do(caller, act)
            return
        kind, config = str(act.arguments["kind"]), act.arguments["config"]
        try:
            await self._bots.attach(caller, act.meeting_id, kind, config, act_id=act.id)
        except BotAlreadyThere:
            return
        except Exhausted as error:
            raise ActRefused(str(error)) from None
