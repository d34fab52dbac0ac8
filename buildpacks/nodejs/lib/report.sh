# What bin/report tells of a build, noted as it happens: "<key><tab><value>", one a line.

report() { printf '%s\t%s\n' "$1" "${2//[$'\t\n']/ }" >>"$NOTES/report"; }

# Notes how long what happened since the last call took, in milliseconds.
report_time() {
  local now=${EPOCHREALTIME/[.,]/}
  report "$1_ms" $(((now - LAST_TIME) / 1000))
  LAST_TIME=$now
}
LAST_TIME=${EPOCHREALTIME/[.,]/}

# Ends the compile: an id for the report, then lines for people.
refuse() {
  report failure "$1"
  shift
  stop "$@"
}
