// What is run in a PostgreSQL container for the data host; as scripts.ts says.
import { OPEN, PSQL, UNTIL_READY } from './scripts.js';

/** ROLE and DATABASE: version, bytes, connections, tables, and whether it is read-only or closed, a line each. */
export const READ_INFO = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SHOW server_version;
SELECT pg_database_size('$DATABASE');
SELECT count(*) FROM pg_stat_activity WHERE datname = '$DATABASE';
\\c $DATABASE
SELECT count(*) FROM pg_stat_user_tables;
SELECT count(*) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
  WHERE datname = '$DATABASE' AND setconfig @> '{default_transaction_read_only=on}';
SELECT count(*) FROM pg_roles WHERE rolname = '$ROLE' AND rolconnlimit = 0;
SQL`;

/** ROLE and DATABASE. Nobody comes in between; killed in between, SET_UP makes it again. */
export const RESET = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
DROP DATABASE IF EXISTS $DATABASE WITH (FORCE);
CREATE DATABASE $DATABASE OWNER $ROLE;
${OPEN}
SQL`;

/** ROLE, DATABASE and EXTENSION_NAME. As the app's user, so that only what it may have is made. */
export const MAKE_EXTENSION = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
\\c $DATABASE
SET ROLE $ROLE;
CREATE EXTENSION IF NOT EXISTS "$EXTENSION_NAME";
SQL`;

/** DATABASE: how many were ended. */
export const END_CONNECTIONS = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE datname = '$DATABASE' AND pid <> pg_backend_pid();
SQL`;
