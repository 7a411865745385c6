"""Brings a service's database to the shape that its code expects.

Run as ``python -m common.migrate SERVICE``, apart from the services: they start faster without
Alembic.
"""

import asyncio
import sys

from alembic import command, context
from alembic.config import Config
from pydantic import Field, SecretStr, create_model
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from common.config import SecretSettings


async def migrate(url: str, service: str) -> None:
    """Apply *service*'s migrations to the database at *url*, as the role that owns it."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            # Two pods of one release may start to migrate at once.
            await connection.execute(text("select pg_advisory_xact_lock(hashtext('migrations'))"))
            await connection.run_sync(_upgrade, service)
    finally:
        await engine.dispose()


def run_in_environment() -> None:
    """What a service's ``migrations/env.py`` calls."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", f"{service}:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def main(service: str) -> None:
    """Migrate *service*'s database as ``<SERVICE>_OWNER_DATABASE_URL`` (or ``…_FILE``) says."""
    alias = f"{service.upper()}_OWNER_DATABASE_URL"
    settings = create_model(
        "OwnerSettings", __base__=SecretSettings, url=(SecretStr, Field(alias=alias))
    )()
    asyncio.run(migrate(settings.model_dump()["url"].get_secret_value(), service))


if __name__ == "__main__":
    main(sys.argv[1])
