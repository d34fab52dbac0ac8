# Says in one line why a package manager, or a script of the app, failed; then ends the compile.

explain() {
  local id pattern line log=$NOTES/failed.log
  # Who asks for a missing module is on a line of its own.
  sed -e '/Require stack:$/{N;s/\n/ /}' "$1" >"$log"
  while IFS=$'\t' read -r id pattern line; do
    if grep -qE -- "$pattern" "$log"; then
      report failure_detail "$(grep -m 1 -oE -- "$pattern.{0,160}" "$log")"
      refuse "$id" "$line"
    fi
  done <"$PACK/lib/failures.tsv"
  refuse unknown 'The command above failed; its last lines say why.'
}

# What did not end the build, but will surprise: packages whose install scripts were left out.
explain_success() {
  if grep -qE 'not covered by allowScripts|install scripts? (was|were) blocked' "$1"; then
    warn 'npm left out install scripts of packages (above): approve them with "npm approve-scripts", and commit package.json.'
  elif grep -q 'Ignored build scripts' "$1"; then
    warn 'pnpm left out build scripts of packages (above): approve them with "pnpm approve-builds", and commit what it changes.'
  elif grep -qE 'YN000[45].*build scripts' "$1"; then
    warn 'Yarn left out build scripts of packages (above): where one is needed, set dependenciesMeta.<package>.built to true in package.json.'
  fi
}
