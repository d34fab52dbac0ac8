# Says in one line why a command failed, then ends the compile.
# explain <log> <table>: each line of the table is "<id> <pattern> <what to say>", apart by tabs. %s there is the line of the
# log that matched; the first pattern that does, wins.

explain() {
  local id pattern text line
  while IFS=$'\t' read -r id pattern text; do
    line=$(grep -m 1 -E -- "$pattern" "$1") || continue
    note failure "$id"
    line=${line#"${line%%[![:space:]]*}"} line=${line//"$BUILD/"/}
    stop "${text//%s/"${line:0:200}"}"
  done <"$2"
  note failure unknown
  stop 'The command above failed; its last lines say why.'
}

# What bin/report tells about this build, with `note <key> <value>`.
note() { printf '%s: "%s"\n' "$1" "$2" >>"$NOTES/report"; }
