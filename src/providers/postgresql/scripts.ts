// What is run in a PostgreSQL container, as its user. The superuser comes by the socket inside only; nobody by the network.
import { NOT_READY } from '../run-script.js';

export const PROGRAMS = 'PATH=$(echo /usr/lib/postgresql/*/bin):$PATH PGHOST=/tmp; export PATH PGHOST';

/**
 * Its first program: makes the cluster where there is none, whole or not at all, and becomes the server. What is there stays, though
 * the server may refuse it. A lock that a killed server left is nobody's: no two containers have one volume.
 */
export const START = `set -eu
${PROGRAMS}
if [ ! -e data ]; then
  rm -rf new
  initdb -D new --auth-local=peer --auth-host=scram-sha-256 -E UTF8 --locale=C.UTF-8 --data-checksums --no-instructions >/dev/null
  openssl req -new -x509 -days 36500 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=postgresql \\
    -keyout new/server.key -out new/server.crt 2>/dev/null
  printf 'local all postgres peer\\nhost all postgres all reject\\nhost all all all scram-sha-256\\n' >new/pg_hba.conf
  sync -f new
  mv new data
fi
rm -f data/postmaster.pid
exec postgres -D data -c listen_addresses='*' -c unix_socket_directories=/tmp -c ssl=on "$@"`;

/**
 * Apps may change their own role and database, and set what holds for whoever comes to it. So names are the server's own, whatever an
 * app has made of the same name: the superuser would run it. A full database is written to, too; what an app holds locked makes it
 * fail, and nobody wait.
 */
export const OPTIONS = '-c search_path=pg_catalog -c default_transaction_read_only=off -c lock_timeout=2s';
export const PSQL = `PGOPTIONS="${OPTIONS}" psql -v ON_ERROR_STOP=1 -v VERBOSITY=terse -qXAt postgres`;

/** 18 s, since the call that waits for it has 25. */
export const UNTIL_READY = `${PROGRAMS}
for try in $(seq 360); do pg_isready -q && break; sleep 0.05; done
pg_isready -q || exit ${NOT_READY}`;

/** Who may come to a database: its owner. */
export const OPEN = 'REVOKE ALL ON DATABASE postgres, template1, $DATABASE FROM PUBLIC;';

/** ROLE, DATABASE and CONNECTIONS. It may have been here before, or half. */
export const SET_UP = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SELECT 'CREATE ROLE $ROLE LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$ROLE') \\gexec
ALTER ROLE $ROLE CONNECTION LIMIT $CONNECTIONS;
SELECT 'CREATE DATABASE $DATABASE OWNER $ROLE' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$DATABASE') \\gexec
${OPEN}
SQL`;

/** ROLE and PASSWORD. Sessions that are open go on. */
export const SET_PASSWORD = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SET log_min_error_statement = panic;
ALTER ROLE $ROLE PASSWORD '$PASSWORD';
SQL`;

/**
 * ROLE and DATABASE: megabytes, whether it is read-only, whether it is closed; while it is reset there is none. Its log of changes is
 * bounded by itself.
 */
export const READ_DISK = `set -eu
${PROGRAMS}
${PSQL} <<SQL
SELECT coalesce((SELECT pg_database_size(oid) / 1048576 FROM pg_database WHERE datname = '$DATABASE'), 0);
SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
  WHERE datname = '$DATABASE' AND setconfig @> '{default_transaction_read_only=on}';
SELECT count(*) FROM pg_roles WHERE rolname = '$ROLE' AND rolconnlimit = 0;
SQL`;

/** Of ROLE. */
export const END_SESSIONS = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = '$ROLE';";

const ALL_USERS = "FROM pg_roles WHERE rolcanlogin AND rolname <> 'postgres'";
const END_ALL_SESSIONS = `SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename IN (SELECT rolname ${ALL_USERS});`;

/**
 * DATABASE, CONNECTIONS and READ_ONLY. Whoever wants to make room may write in a session of theirs:
 * SET default_transaction_read_only = off. Sessions begin anew, by what holds now; they end first, with what they have locked, and
 * nobody comes in between.
 */
export const LIMIT = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
${END_ALL_SESSIONS}
SELECT format('ALTER ROLE %I CONNECTION LIMIT 0', rolname) ${ALL_USERS} \\gexec
${END_ALL_SESSIONS}
ALTER DATABASE $DATABASE SET default_transaction_read_only = $READ_ONLY;
SELECT format('ALTER ROLE %I CONNECTION LIMIT $CONNECTIONS', rolname) ${ALL_USERS} \\gexec
SQL`;
