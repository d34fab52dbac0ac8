# Says in one line why a command failed, then ends the compile.
# explain <log> <table>: each line of the table is "<id> <pattern> <what to say>", apart by tabs. %s there is the line of the
# log that matched; the first pattern that does, wins.

explain() {
  name_failure "$1" "$2"
  note failure "$FAILURE"
  stop "$FAILURE_TEXT"
}

# The same without an end: sets FAILURE, an id of the table or `unknown`, FAILURE_TEXT, and FAILURE_LINE of the log.
name_failure() {
  local pattern
  while IFS=$'\t' read -r FAILURE pattern FAILURE_TEXT; do
    FAILURE_LINE=$(grep -m 1 -E -- "$pattern" "$1") || continue
    FAILURE_LINE=${FAILURE_LINE#"${FAILURE_LINE%%[![:space:]]*}"} FAILURE_LINE=${FAILURE_LINE//"$BUILD/"/}
    FAILURE_TEXT=${FAILURE_TEXT//%s/"${FAILURE_LINE:0:200}"}
    return
  done <"$2"
  FAILURE=unknown FAILURE_LINE='' FAILURE_TEXT='The command above failed; its last lines say why.'
}

# What bin/report tells about this build, with `note <key> <value>`.
note() { printf '%s: "%s"\n' "$1" "$2" >>"$NOTES/report"; }
