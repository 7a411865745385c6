#!/bin/sh
# Five databases, and three roles for each. It is the shape production needs too; only the passwords are samples.
#   NAME_owner   owns the tables and runs migrations; no service logs in as it
#   NAME         what the service logs in as; row-level security binds it
#   NAME_bypass  cannot log in; relay, timers and sweepers take it for one transaction by SET LOCAL ROLE
set -eu
for name in scheduler session bots artifacts gateway; do
    psql -v ON_ERROR_STOP=1 -q -d postgres <<SQL
CREATE ROLE ${name}_owner LOGIN PASSWORD 'sample-owner';
CREATE ROLE ${name} LOGIN PASSWORD 'sample-${name}' NOBYPASSRLS;
CREATE ROLE ${name}_bypass NOLOGIN BYPASSRLS;
GRANT ${name}_bypass TO ${name};
CREATE DATABASE ${name} OWNER ${name}_owner;
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${name};
\connect ${name}
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO ${name}_owner;
GRANT USAGE ON SCHEMA public TO ${name}, ${name}_bypass;
ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${name}, ${name}_bypass;
ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO ${name}, ${name}_bypass;
SQL
done
