"""A scheduler's database, and somebody in a workspace whose clock can be moved."""

import pytest

from common.db import Database
from common.principal import Principal
from tests.support.schedulers import SchedulerHouse, a_scheduler
from tests.support.services import OpenDatabase, a_caller


@pytest.fixture
async def db(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


@pytest.fixture
def scheduler(db: Database) -> SchedulerHouse:
    return a_scheduler(db)


@pytest.fixture
def caller() -> Principal:
    return a_caller()
