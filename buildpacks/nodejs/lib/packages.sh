# Packages: node_modules of an earlier build where nothing that decides about them has changed, else npm.

install_packages() {
  local kept=modules/$PACKAGES_KEY
  if [ "$INSTALL" = none ]; then
    run_install_scripts
    return
  fi
  step Restoring cache
  forget_other_modules
  if [ -d "$CACHE/$kept" ] && [ ! -d node_modules ] && [ -z "$ALWAYS_INSTALL" ]; then
    info '- node_modules'
    take_modules "$kept"
    step Installing dependencies
    info 'Nothing to install: the packages are those of the last build.'
    run_install_scripts
  else
    info 'Nothing to restore: these packages have not been installed yet.'
    step Installing dependencies
    npm_install
    [ -z "$PRUNE" ] || { mkdir -p "$CACHE/modules" && cp -al node_modules "$CACHE/$kept.new" && mv "$CACHE/$kept.new" "$CACHE/$kept"; }
  fi
  [ -n "$PRUNE" ] || echo "node_modules node/$kept" >>"$NOTES/keep"
  echo 'dir node_modules' >>"$NOTES/layers"
}

# Moved out of the cache and back later; where packages are pruned, linked, so that the cache keeps all of them.
take_modules() {
  if [ -n "$PRUNE" ]; then
    cp -al "$CACHE/$1" node_modules
  else
    mv "$CACHE/$1" node_modules
    echo "node_modules node/$1" >>"$NOTES/borrowed"
  fi
}

# One tree of packages is kept for each app; the others go when this build has succeeded.
forget_other_modules() {
  local each
  for each in "$CACHE"/modules/*; do
    [ -d "$each" ] && [ "${each##*/}" != "$PACKAGES_KEY" ] && echo "node/modules/${each##*/}" >>"$NOTES/forget"
  done
  true
}

npm_install() {
  local log=$NOTES/npm.log flags=()
  [ -n "$WITH_DEV" ] && flags+=(--include=dev) || flags+=(--omit=dev)
  if [ -d node_modules ]; then
    warn 'node_modules is in the repository: add it to .gitignore, packages are installed anew.'
    [ "$INSTALL" = ci ] || npm rebuild 2>&1 | indent
  fi
  info "Installing node modules${LOCK:+ ($LOCK)}"
  npm "$INSTALL" "${flags[@]}" 2>&1 | tee "$log" | without_usage | indent || explain "$log"
  mkdir -p node_modules
}

# A lockfile that is out of date makes npm print two pages of help.
without_usage() { sed -u -e '/^npm error Clean install a project/,/^npm error Run "npm help/d' -e '/A complete log of this run/d'; }

# What npm would run of the app itself after installing.
run_install_scripts() {
  local name
  for name in "${INSTALL_SCRIPTS[@]}"; do run_script "$name"; done
}

run_script() {
  local log=$NOTES/npm.log name=$1
  shift
  info "Running $name"
  npm run "$name" --if-present "$@" 2>&1 | tee "$log" | indent || explain "$log"
}

prune_packages() {
  [ -n "$PRUNE" ] || return 0
  step Pruning devDependencies
  npm prune --omit=dev --ignore-scripts 2>&1 | indent || explain /dev/null
}

restore_directories() {
  local path
  for path in "${CACHE_DIRECTORIES[@]}"; do
    [ -d "$CACHE/directories/$path" ] && [ ! -e "$path" ] && {
      info "Restoring $path (cacheDirectories)"
      mkdir -p "$(dirname "$path")" && mv "$CACHE/directories/$path" "$path"
      echo "$path node/directories/$path" >>"$NOTES/borrowed"
    }
    echo "$path node/directories/$path" >>"$NOTES/keep"
  done
  true
}
