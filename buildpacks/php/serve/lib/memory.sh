# How many PHP processes fit the dyno's memory.

DEFAULT_MEMORY_LIMIT=128M

# WEB_CONCURRENCY as it is set; else the dyno's memory by PHP's memory_limit. What another buildpack has worked out for
# its own kind of process does not count.
choose_concurrency() {
  local limit memory most
  if [ -n "${WEB_CONCURRENCY-}" ] && [ -n "${WEB_CONCURRENCY_SET_BY-}" ]; then
    echo "heroku-php-$SERVER: WEB_CONCURRENCY of $WEB_CONCURRENCY_SET_BY is for its own processes; it is worked out anew." >&2
  elif [ -n "${WEB_CONCURRENCY-}" ]; then
    [[ $WEB_CONCURRENCY =~ ^[1-9][0-9]{0,3}$ ]] && { CHILDREN=$WEB_CONCURRENCY; return; }
    echo "heroku-php-$SERVER: WEB_CONCURRENCY is not a number of processes; it is worked out from the memory." >&2
  fi
  memory=$(dyno_memory)
  limit=$(to_bytes "$(memory_limit)")
  # Without a limit one process may take it all.
  [ "$limit" -gt 0 ] || limit=$memory
  CHILDREN=$((memory / limit))
  [ $CHILDREN -ge 1 ] || CHILDREN=1
  most=$(most_processes)
  [ $CHILDREN -le "$most" ] || CHILDREN=$most
  export WEB_CONCURRENCY=$CHILDREN
  [ -z "$VERBOSE" ] || echo "heroku-php-$SERVER: $((memory / 1048576)) MB of memory, memory_limit $((limit / 1048576)) MB: $CHILDREN processes." >&2
}

# The setting that counts in the end: php_admin_value of the pool, the document root's .user.ini, php_value of the pool, php.ini.
memory_limit() {
  local value
  for value in "$(last_in 'php_admin_value\[memory_limit\]' "$FPM_CONFIG" "$FPM_INCLUDE")" "$(last_in memory_limit "$DOCUMENT_ROOT/.user.ini")" \
    "$(last_in 'php_value\[memory_limit\]' "$FPM_CONFIG" "$FPM_INCLUDE")" "$(last_in memory_limit "$INI" "$INI_INCLUDE")"; do
    [ -z "$value" ] || { echo "$value"; return; }
  done
  echo $DEFAULT_MEMORY_LIMIT
}

last_in() {
  local file
  for file in "${@:2}"; do
    [ -n "$file" ] && [ -f "$file" ] || continue
    sed -n -E "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']?(-?[0-9]+[KMGkmg]?)[\"']?[[:space:]]*(;.*)?\r?\$/\1/p" "$file"
  done | tail -n 1
}

to_bytes() {
  case $1 in
    *[Gg]) echo $((${1%?} * 1073741824)) ;;
    *[Mm]) echo $((${1%?} * 1048576)) ;;
    *[Kk]) echo $((${1%?} * 1024)) ;;
    *) echo "$1" ;;
  esac
}

# In bytes, of cgroup v2 or v1; 512 MB where there is no limit.
dyno_memory() {
  local file bytes
  for file in "${CGROUP_ROOT:-/sys/fs/cgroup}"/{memory.max,memory/memory.limit_in_bytes}; do
    [ -r "$file" ] && read -r bytes <"$file" || continue
    # Without a limit v1 gives a number that no machine has.
    if [[ $bytes =~ ^[0-9]{1,15}$ ]]; then echo "$bytes"; return; fi
  done
  echo $((${MEMORY_AVAILABLE:-512} * 1048576))
}

# The dyno's limit of processes also counts the threads of Apache, as many again; a fifth is left to the app.
most_processes() {
  local file limit
  for file in "${CGROUP_ROOT:-/sys/fs/cgroup}"/{pids.max,pids/pids.max}; do
    [ -r "$file" ] && read -r limit <"$file" || continue
    if [[ $limit =~ ^[0-9]{1,9}$ ]]; then echo $((limit * 2 / 5)); return; fi
  done
  echo 100
}
