-- One service's database and its three roles. Run it again at any time: it changes only what
-- differs, and sets both passwords to the ones given.
--
--   SERVICE=scheduler APP_PASSWORD=... OWNER_PASSWORD=... psql "$ADMIN_URL" -f bootstrap.sql
--
-- Needs psql 15 or newer and a role that is a superuser, or has CREATEDB, CREATEROLE and
-- BYPASSRLS. `convene up` runs this very file: every statement ends its line with ; or \gexec,
-- and only \set, \getenv, \gexec and \connect are used.
--
--   <service>         login, what the service runs as: reads and writes rows, owns nothing,
--                     is held by row-level security, changes no table
--   <service>_system  no login: relay, timers and sweepers enter it by SET LOCAL ROLE, for one
--                     transaction, to see the rows of every workspace
--   <service>_owner   login, what migrations run as: owns the database and its tables
\set ON_ERROR_STOP on
\getenv service SERVICE
\getenv app_password APP_PASSWORD
\getenv owner_password OWNER_PASSWORD
\set database 'convene_' :service
\set owner :service '_owner'
\set system :service '_system'

-- Roles belong to the whole server: two bootstraps at once would trip over each other.
SELECT pg_advisory_lock(hashtext('convene bootstrap'));
BEGIN;
SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'service', :'owner', :'system']) AS name
 WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
-- NOINHERIT: being a member of the system role gives nothing until SET LOCAL ROLE.
ALTER ROLE :"service" LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
ALTER ROLE :"owner" LOGIN NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"system" NOLOGIN NOCREATEDB NOCREATEROLE;
SELECT format('ALTER ROLE %I NOBYPASSRLS', rolname) FROM pg_roles
 WHERE rolname IN (:'service', :'owner') AND rolbypassrls \gexec
SELECT format('ALTER ROLE %I BYPASSRLS', rolname) FROM pg_roles
 WHERE rolname = :'system' AND NOT rolbypassrls \gexec
SELECT format('ALTER ROLE %I NOSUPERUSER', rolname) FROM pg_roles
 WHERE rolname IN (:'service', :'owner', :'system') AND rolsuper \gexec
GRANT :"system" TO :"service";
-- An administrator who is no superuser may act for the owner only as its member.
SELECT format('GRANT %I TO CURRENT_USER', :'owner') FROM pg_roles
 WHERE rolname = current_user AND NOT rolsuper \gexec
COMMIT;

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L', :'database', :'owner', 'UTF8')
 WHERE :'database' NOT IN (SELECT datname FROM pg_database) \gexec
SELECT pg_advisory_unlock(hashtext('convene bootstrap'));

\connect :"database"
BEGIN;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"service", :"system";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner"
 GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service", :"system";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner"
 GRANT USAGE, SELECT ON SEQUENCES TO :"service", :"system";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner"
 GRANT USAGE ON SCHEMAS TO :"service", :"system";
COMMIT;
