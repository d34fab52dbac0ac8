# How npm does it.

# Old ones fall over themselves when they may keep no logs.
manager_settings() { [ -z "$OLD_NPM" ] || unset npm_config_logs_max; }

manager_install() {
  local flags=() command=install
  # Ahead of npm 7 there was one switch for it.
  if [ -n "$OLD_NPM" ]; then
    if [ -n "$WITH_DEV" ]; then flags=(--production=false); else flags=(--production); fi
  elif [ -n "$WITH_DEV" ]; then flags=(--include=dev); else flags=(--omit=dev); fi
  if [ -n "$PREBUILT" ]; then
    echo 'Prebuild detected (node_modules already exists): its native code is compiled anew.'
    npm rebuild || return
  elif [ "$INSTALL" = frozen ]; then
    command=ci
  fi
  echo "Installing node modules${LOCK:+ ($LOCK)}"
  NODE_COMPILE_CACHE=$COMPILED npm $command "${flags[@]}"
}

manager_prune() {
  if [ -n "$OLD_NPM" ]; then npm prune --production --ignore-scripts; else npm prune --omit=dev --ignore-scripts; fi
}

manager_run() { local name=$1; shift; npm run "$name" --if-present ${1+-- "$@"}; }
