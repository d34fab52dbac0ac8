# Scripts of the app's package.json.

run_script() {
  local log=$NOTES/script.log name=$1
  info "Running $name"
  alone manager_run "$@" 2>&1 | tee "$log" | indent || explain "$log"
}

# What the package manager would run of the app itself when it installs. It is told to install without, so that the first
# build and those that reuse its packages run the same, at the same moment, and each once: "npm run install" would run
# preinstall and postinstall too.
run_install_scripts() {
  local name
  for name in "$@"; do without_scripts "pre$name" "post$name" -- run_script "$name"; done
}

# Runs a command while package.json does not have some scripts: without_scripts [name…] -- command…
without_scripts() {
  local names=() status
  while [ "$1" != -- ]; do names+=("$1"); shift; done
  shift
  local are_there='any((.scripts // {})[$ARGS.positional[]]; . != null)'
  if [ ${#names[@]} = 0 ] || ! jq -e "$are_there" --args "${names[@]}" <package.json >/dev/null; then
    "$@"
    return
  fi
  mv package.json "$NOTES/package.json"
  jq 'del(.scripts[$ARGS.positional[]])' --args "${names[@]}" <"$NOTES/package.json" >package.json
  "$@"
  status=$?
  mv "$NOTES/package.json" package.json
  return $status
}
