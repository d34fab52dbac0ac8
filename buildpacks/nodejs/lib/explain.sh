# Says in one line why npm, or a script of the app, failed; then ends the compile.

explain() {
  local pattern line
  while IFS=$'\t' read -r pattern line; do
    if grep -qE -- "$pattern" "$1"; then stop "$line"; fi
  done <"$PACK/lib/failures.tsv"
  stop 'The command above failed; its last lines say why.'
}
