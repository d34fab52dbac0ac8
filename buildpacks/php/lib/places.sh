# Whether the places that have packages can be reached. Composer tries each of them for minutes before it says so.

check_places() {
  local pair place lost=''
  [ -z "${COMPOSER_DISABLE_NETWORK-}" ] || return 0
  export -f is_reached
  lost=$(tr ' ' '\n' <<<"${PLACES[*]}" | sort -u | xargs -r -P 16 -n 1 bash -c 'is_reached "$0" || is_reached "$0" || echo "$0"')
  for pair in "${PLACES[@]}"; do
    for place in $pair; do
      grep -qxF "$place" <<<"$lost" || continue 2
    done
    fail network "The place that has a package could not be reached from the build: ${pair/ / and }." \
      'Push again; if it stays so, the operator sets a proxy, or commit the packages (vendor, or an "artifact" repository).'
  done
}

# Whatever answers is there; a place that only takes long is for Composer to wait for.
is_reached() {
  local begun status
  begun=$(curl -s -o /dev/null -I -w '%{time_pretransfer}' --connect-timeout 4 --max-time 8 "$1")
  status=$?
  case $status in 5 | 6 | 7) return 1 ;; 28) [[ $begun =~ [1-9] ]] ;; *) return 0 ;; esac
}
