# Node.js alone takes half of the memory it finds at most. A build has it all: 2560 MB on Heroku, here what the operator allows.

raise_heap() {
  local limit
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
  case $limit in '' | *[!0-9]* | ?????????????*) limit=2560 ;; *) limit=$((limit / 1048576)) ;; esac
  HEAP=--max_old_space_size=$((limit < 2560 ? limit : 2560))
  export NODE_OPTIONS=${NODE_OPTIONS:-$HEAP}
}
