"""Where it is kept which secret of a workspace signs."""

from common.db import Transaction
from scheduler.domain.signing import Signing


class SecretRows(Transaction):
    async def rotate_secret(self) -> Signing:
        """From now on the workspace's next secret signs.

        By the server's clock: receivers do not know of a sandbox's.
        """
        rotated = await self.run(
            """
            insert into webhook_secrets (workspace_id, version, rotate_time)
            values (:w, 1, clock_timestamp())
            on conflict (workspace_id) do update set version = webhook_secrets.version + 1,
                rotate_time = excluded.rotate_time
            returning version, rotate_time""",
            w=self.caller.workspace_id,
        )
        row = rotated.one()
        return Signing(row.version, row.rotate_time)
