// What dumps a database, and restores one, run in its container as its user.
import { OPTIONS, PROGRAMS, PSQL, UNTIL_READY } from './scripts.js';

/** DATABASE; the dump is what it prints, and how long it is the last thing it says. What it is called in the server is PGAPPNAME. */
export const DUMP = `set -eu -o pipefail
${PROGRAMS}
pg_dump -Fc --lock-wait-timeout=60s "$DATABASE" | LC_ALL=C dd bs=64k iflag=fullblock`;

/** DATABASE: in bytes; nothing where there is none. */
export const SIZE = `set -eu
${PROGRAMS}
${PSQL} -c "SELECT pg_database_size(oid) FROM pg_database WHERE datname = '$DATABASE'"`;

/** PGAPPNAME: ends what is under way by that name, though nobody waits for it any more. */
export const END_TRANSFER = `set -eu
${PROGRAMS}
PGAPPNAME=psql ${PSQL} -c "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = '$PGAPPNAME'" >/dev/null`;

/** ROLE and RESTORED: a database beside the other, empty. There is no other restore into this server: what earlier ones have left goes. */
export const BEGIN_RESTORE = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname ~ '^(restored|replaced)_[0-9a-f]{14}$' \\gexec
CREATE DATABASE $RESTORED OWNER $ROLE;
REVOKE ALL ON DATABASE $RESTORED FROM PUBLIC;
SQL`;

/** RESTORED, ROLE, PGPASSWORD: by the app's own user, since a dump may hold whatever its maker likes. */
export const RESTORE = `set -eu
${PROGRAMS}
exec pg_restore --no-owner --no-acl -h 127.0.0.1 -U "$ROLE" -d "$RESTORED"`;

const END_SESSIONS = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname IN ('$DATABASE', '$RESTORED');";

/**
 * DATABASE, RESTORED and REPLACED: the one takes the other's place, between two statements, with what its user has set for it and who
 * else may connect. Nobody comes in between.
 */
export const END_RESTORE = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
SELECT format('GRANT %s ON DATABASE $RESTORED TO %I', privilege_type, rolname)
  FROM pg_database, aclexplode(datacl) JOIN pg_roles ON pg_roles.oid = grantee
  WHERE datname = '$DATABASE' AND grantee <> datdba AND NOT rolsuper \\gexec
ALTER DATABASE $DATABASE ALLOW_CONNECTIONS false;
${END_SESSIONS}
BEGIN;
UPDATE pg_db_role_setting SET setdatabase = (SELECT oid FROM pg_database WHERE datname = '$RESTORED')
  WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = '$DATABASE');
ALTER DATABASE $DATABASE RENAME TO $REPLACED;
ALTER DATABASE $RESTORED RENAME TO $DATABASE;
COMMIT;
SQL`;

/**
 * The same, after a restore: what it has left goes. Prints t where it had taken the place already; otherwise the database is as it was.
 * What is large goes slowly: the server ends that, though nobody waits for it any more.
 */
export const CLEAR_RESTORE = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SELECT EXISTS (SELECT FROM pg_database WHERE datname = '$REPLACED');
DROP DATABASE IF EXISTS $RESTORED WITH (FORCE);
DROP DATABASE IF EXISTS $REPLACED WITH (FORCE);
ALTER DATABASE $DATABASE ALLOW_CONNECTIONS true;
SQL`;

/**
 * PGPASSWORD: a database in a server that is for nothing else, and its user: what a dump calls isn't the superuser's, and fills no disk
 * behind the back of whoever looks. It counts all that is there.
 */
export const BEGIN_PROOF = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
CREATE ROLE proof LOGIN BYPASSRLS PASSWORD '$PGPASSWORD';
GRANT pg_read_all_data TO proof;
CREATE DATABASE proof OWNER proof;
SQL`;

const AS_PROOF = '-h 127.0.0.1 -U proof';

/** PGPASSWORD. */
export const PROVE = `set -eu
${PROGRAMS}
exec pg_restore --exit-on-error --no-owner --no-acl ${AS_PROOF} -d proof`;

/** PGPASSWORD: how many rows each table has, one a line. */
export const COUNT = `set -eu
${PROGRAMS}
PGOPTIONS="${OPTIONS}" psql -v ON_ERROR_STOP=1 -qXAt ${AS_PROOF} proof <<SQL
SELECT format('SELECT count(*) FROM ONLY %I.%I', nspname, relname)
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE relkind = 'r' AND relpersistence <> 't' AND nspname NOT IN ('pg_catalog', 'information_schema') \\gexec
SQL`;
