#!/bin/sh
# Run once by the database's image, on an empty disk. Only the passwords differ from what production runs.
set -eu
for service in scheduler session bots artifacts gateway; do
    SERVICE=$service APP_PASSWORD=sample-$service OWNER_PASSWORD=sample-owner \
        psql -q -U "${POSTGRES_USER:-postgres}" -d postgres -f "${BOOTSTRAP:-/etc/postgres/bootstrap.sql}"
done
