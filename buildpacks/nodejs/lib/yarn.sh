# How Yarn 1 does it.

YARN_FLAGS=(--ignore-engines --prefer-offline --non-interactive --no-progress)

manager_settings() { export YARN_CACHE_FOLDER=$CACHE/yarn; }

manager_install() {
  local flags=(--production)
  [ -z "$WITH_DEV" ] || flags=(--production=false)
  [ "$INSTALL" != frozen ] || flags+=(--frozen-lockfile)
  echo "Installing node modules${LOCK:+ ($LOCK)}"
  yarn install "${YARN_FLAGS[@]}" "${flags[@]}"
}

manager_prune() {
  local flags=()
  [ "$INSTALL" != frozen ] || flags=(--frozen-lockfile)
  yarn install "${YARN_FLAGS[@]}" --production --ignore-scripts "${flags[@]}"
}

manager_run() { yarn run "$@"; }
