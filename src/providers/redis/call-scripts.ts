// What is run in a Redis container for the data host; as scripts.ts says.
import { UNTIL_READY } from './scripts.js';

export const READ_INFO = `${UNTIL_READY}
cli info | tr -d '\\r'`;

const GET = `get() { cli --raw config get "$1" | sed -n 2p; }`;

/** The settings that people may change, a line each. */
export const READ_SETTINGS = `${UNTIL_READY}
${GET}
get timeout; get maxmemory-policy; get notify-keyspace-events`;

/** TIMEOUT, MAXMEMORY_POLICY and NOTIFY_KEYSPACE_EVENTS, where they are given: now, and when it is started again. */
export const WRITE_SETTINGS = `${UNTIL_READY}
${GET}
put() { cli config set "$1" "$2" >/dev/null; }
[ -z "\${TIMEOUT+x}" ] || put timeout "$TIMEOUT"
[ -z "\${MAXMEMORY_POLICY+x}" ] || put maxmemory-policy "$MAXMEMORY_POLICY"
[ -z "\${NOTIFY_KEYSPACE_EVENTS+x}" ] || put notify-keyspace-events "$NOTIFY_KEYSPACE_EVENTS"
for name in timeout maxmemory-policy notify-keyspace-events; do printf '%s "%s"\\n' "$name" "$(get "$name")"; done >settings.new
sync -f settings.new
mv settings.new settings.conf`;

export const RESET_STATISTICS = `${UNTIL_READY}
cli config resetstat >/dev/null`;

/** Of apps: all but ours. */
export const END_SESSIONS = `${UNTIL_READY}
cli client kill user default >/dev/null`;
