"""What Alembic runs to apply the versions beside it."""

from common.migrate import run_in_environment

run_in_environment()
