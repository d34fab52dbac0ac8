// What is run in a Redis container, as its user. We come as `admin`, whose password is in the volume; apps come as `default`. What
// people have set is in `settings.conf`.
import { NOT_READY } from '../run-script.js';

/** Its first program: makes its users where there are none, whole or not at all, and becomes the server. */
export const START = `set -eu
umask 077
if [ ! -s users.acl ]; then
  openssl rand -hex 24 >admin
  printf 'user default off\\nuser admin on >%s ~* &* +@all\\n' "$(cat admin)" >users.new
  sync -f users.new
  mv users.new users.acl
fi
: >>settings.conf
exec redis-server "$PWD/settings.conf" --bind '*' --unixsocket /tmp/redis.sock --dir "$PWD" --aclfile "$PWD/users.acl" \\
  --protected-mode no --appendonly yes --save '' --loglevel warning "$@"`;

const CLI = `export REDISCLI_AUTH="$(cat admin)"
cli() { redis-cli -s /tmp/redis.sock --user admin -e "$@"; }`;

/** 18 s, since the call that waits for it has 25. While it reads what it had it says so. */
export const UNTIL_READY = `set -eu
${CLI}
for try in $(seq 360); do cli ping >/dev/null 2>&1 && break; sleep 0.05; done
cli ping >/dev/null 2>&1 || exit ${NOT_READY}`;

/** What would reach beyond the data: the server's settings, its files, other servers. What libraries ask for stays. */
const ALLOWED = '+@all -@admin -@dangerous +info +keys +flushall +flushdb +sort +sort_ro +swapdb +restore +role +client +slowlog';

/** PASSWORD, in place of any before. Connections that are open go on. */
export const SET_PASSWORD = `${UNTIL_READY}
cli acl setuser default reset on ">$PASSWORD" '~*' '&*' ${ALLOWED} >/dev/null
cli acl save >/dev/null`;
