// What is run in a PostgreSQL container for the data host; as scripts.ts says.
import { END_SESSIONS, OPEN, PSQL, UNTIL_READY } from './scripts.js';

/** Users of further credentials: apps make none. */
const IS_CREDENTIAL = "rolname ~ '^c[0-9a-f]{14}$'";

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
SELECT format('GRANT CONNECT ON DATABASE $DATABASE TO %I', rolname) FROM pg_roles WHERE ${IS_CREDENTIAL} \\gexec
SQL`;

/** ROLE. */
export const END_SESSIONS_OF = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
${END_SESSIONS}
SQL`;

/** ROLE, DATABASE, CREDENTIAL and CONNECTIONS. It may have been here before. */
export const CREATE_CREDENTIAL = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
SELECT 'CREATE ROLE $CREDENTIAL LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$CREDENTIAL') \\gexec
ALTER ROLE $CREDENTIAL CONNECTION LIMIT $CONNECTIONS;
GRANT CONNECT ON DATABASE $DATABASE TO $CREDENTIAL;
GRANT $CREDENTIAL TO $ROLE WITH ADMIN OPTION;
SQL`;

/** ROLE, DATABASE and CREDENTIAL. It may be gone already. */
export const DESTROY_CREDENTIAL = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = '$CREDENTIAL';
\\c $DATABASE
SELECT format('%s %s', each, 'BY $CREDENTIAL' || CASE each WHEN 'REASSIGN OWNED' THEN ' TO $ROLE' ELSE '' END)
  FROM unnest(ARRAY['REASSIGN OWNED', 'DROP OWNED']) each WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = '$CREDENTIAL') \\gexec
DROP ROLE IF EXISTS $CREDENTIAL;
SQL`;

/** ROLE and DATABASE: all that other credentials own becomes the default one's, which may give them to others. */
export const REPAIR_DEFAULT = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
\\c $DATABASE
SELECT format('REASSIGN OWNED BY %I TO $ROLE', rolname) FROM pg_roles WHERE ${IS_CREDENTIAL} \\gexec
SELECT format('GRANT %I TO $ROLE WITH ADMIN OPTION', rolname) FROM pg_roles WHERE ${IS_CREDENTIAL} \\gexec
SQL`;

/** ROLE, DATABASE and EXTENSION_NAME. As the app's user, so that only what it may have is made. */
export const MAKE_EXTENSION = `set -eu
${UNTIL_READY}
${PSQL} >/dev/null <<SQL
\\c $DATABASE
SET search_path = public;
SET ROLE $ROLE;
CREATE EXTENSION IF NOT EXISTS "$EXTENSION_NAME";
SQL`;

/** DATABASE: how many were ended. */
export const END_CONNECTIONS = `set -eu
${UNTIL_READY}
${PSQL} <<SQL
SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE datname = '$DATABASE' AND pid <> pg_backend_pid();
SQL`;
