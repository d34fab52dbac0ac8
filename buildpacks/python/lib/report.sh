# What bin/report tells later, and how a compile ends that fails: with a name beside its reason.

note() { printf "%s: '%s'\n" "$1" "${2//\'/\'\'}" >>"$NOTES/report"; }

# stop_as <name of the failure> <lines>...
stop_as() {
  note failure "$1"
  note failure_detail "$2"
  shift
  stop "$@"
}

# explain <log> <table> <lines if none knows>...: says in one line why a command failed; then ends the compile. The first row
# of the table whose pattern is found wins; {1} is what its first group that holds anything found. Then come the lines.
explain() {
  local log=$1 table=$PACK/lib/$2 name pattern line found part
  if grep -q 'No module named' "$log" && line=$(python3 -I -B $PACK/lib/blame.py "$log" "$BUILD"); then
    name=${line%%$'\t'*}
    # While packages are made, code of many hands runs: the table knows better, but for the tools.
    [ "$2" = failures.tsv ] && [ "$name" != tool-broken ] || stop_as "$name" "${line#*$'\t'}" "${@:3}"
  fi
  shift 2
  while IFS=$'\t' read -r name pattern line; do
    found=$(grep -m 1 -E -- "$pattern" "$log") || continue
    [[ ${found//"$BUILD/"/} =~ $pattern ]] || [[ $found =~ $pattern ]]
    for part in "${BASH_REMATCH[@]:1}" ''; do [ -z "$part" ] || break; done
    stop_as "$name" "${line//'{1}'/"$part"}" "$@"
  done <"$table"
  stop_as unknown 'The command above failed; its last lines say why.' "$@"
}
