# How many PHP processes fit the dyno's memory.

DEFAULT_MEMORY_LIMIT=128M

# WEB_CONCURRENCY as it is set; else the dyno's memory by PHP's memory_limit. What another buildpack has worked out for
# its own kind of process does not count.
choose_concurrency() {
  local limit memory most
  if [ -n "${WEB_CONCURRENCY-}" ] && [ -z "${WEB_CONCURRENCY_SET_BY-}" ]; then
    [[ $WEB_CONCURRENCY =~ ^[1-9][0-9]{0,3}$ ]] && { CHILDREN=$WEB_CONCURRENCY; return; }
    echo "heroku-php-$SERVER: WEB_CONCURRENCY is not a number of processes; it is worked out from the memory." >&2
  fi
  limit=$(to_bytes "$(memory_limit)")
  [ "$limit" -gt 0 ] || limit=$(to_bytes $DEFAULT_MEMORY_LIMIT)
  memory=$(dyno_memory)
  CHILDREN=$((memory / limit))
  [ $CHILDREN -ge 1 ] || CHILDREN=1
  most=$(most_processes)
  [ $CHILDREN -le "$most" ] || CHILDREN=$most
  export WEB_CONCURRENCY=$CHILDREN
  [ -z "$VERBOSE" ] || echo "heroku-php-$SERVER: $((memory / 1048576)) MB of memory, memory_limit $((limit / 1048576)) MB: $CHILDREN processes." >&2
}

# The setting that counts in the end: that of the pool, of the document root's .user.ini, or of php.ini.
memory_limit() {
  local file found value=$DEFAULT_MEMORY_LIMIT
  for file in "$INI" "$INI_INCLUDE" "$DOCUMENT_ROOT/.user.ini" "$FPM_INCLUDE" "$FPM_CONFIG"; do
    [ -n "$file" ] && [ -f "$file" ] || continue
    found=$(sed -n -E 's/^[[:space:]]*(php_(admin_)?value\[memory_limit\]|memory_limit)[[:space:]]*=[[:space:]]*"?(-?[0-9]+[KMGkmg]?)"?[[:space:]]*(;.*)?\r?$/\3/p' "$file" | tail -n 1)
    [ -z "$found" ] || value=$found
  done
  echo "$value"
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
