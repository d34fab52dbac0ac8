# How many processes fit the dyno's memory; sourced when it starts.
slipway_web_concurrency() {
  local memory=${MEMORY_AVAILABLE-} per=${WEB_MEMORY-} count
  if [ -z "$memory" ]; then
    memory=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
    case $memory in '' | *[!0-9]*) memory=512 ;; *) memory=$((memory / 1048576)) ;; esac
  fi
  [ -n "$per" ] || { if [ "$memory" -gt 16384 ]; then per=2048; else per=512; fi; }
  count=$((memory / per))
  { [ "$count" -ge 1 ] && [ "$count" -le 200 ]; } || count=1
  export MEMORY_AVAILABLE=$memory WEB_MEMORY=$per
  [ -n "${WEB_CONCURRENCY-}" ] || export WEB_CONCURRENCY=$count WEB_CONCURRENCY_SET_BY=slipway/nodejs
}
slipway_web_concurrency
unset -f slipway_web_concurrency
