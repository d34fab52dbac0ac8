# How many processes fit the dyno's memory and processors; sourced when it starts.
slipway_python_concurrency() {
  local memory=${MEMORY_AVAILABLE-} by_memory by_processors
  if [ -z "$memory" ]; then
    memory=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
    # No limit is "max" to one kind of cgroup, and eight exabytes to the other.
    case $memory in '' | *[!0-9]* | ????????????????*) memory=512 ;; *) memory=$((memory / 1048576)) ;; esac
  fi
  by_memory=$((memory / 256)) by_processors=$(($(nproc) * 2 + 1))
  [ "$by_memory" -ge 1 ] || by_memory=1
  export DYNO_RAM=$memory
  [ -n "${WEB_CONCURRENCY-}" ] || export WEB_CONCURRENCY=$((by_memory < by_processors ? by_memory : by_processors)) WEB_CONCURRENCY_SET_BY=slipway/python
}
slipway_python_concurrency
unset -f slipway_python_concurrency
