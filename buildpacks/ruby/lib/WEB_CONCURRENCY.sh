# How many processes of a web server fit the dyno's memory, 512 MB each; sourced when it starts. Where one fits, nothing is
# said: Puma then needs no process to watch over the others.
slipway_web_concurrency() {
  local memory=${MEMORY_AVAILABLE-} count
  if [ -z "$memory" ]; then
    memory=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
    case $memory in '' | *[!0-9]*) memory=512 ;; *) memory=$((memory / 1048576)) ;; esac
  fi
  count=$((memory / 512))
  { [ "$count" -ge 2 ] && [ "$count" -le 64 ]; } || return 0
  [ -n "${WEB_CONCURRENCY-}" ] || export WEB_CONCURRENCY=$count WEB_CONCURRENCY_SET_BY=slipway/ruby
}
slipway_web_concurrency
unset -f slipway_web_concurrency
