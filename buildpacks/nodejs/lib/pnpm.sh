# How pnpm does it.

manager_settings() {
  local name
  # It says nothing at all where npm would say what it has done.
  export npm_config_loglevel=${NPM_CONFIG_LOGLEVEL:-info}
  for name in store_dir="$CACHE/pnpm" cache_dir="$CACHE/pnpm-cache" confirm_modules_purge=false extend_node_path=false \
    manage_package_manager_versions=false pm_on_fail=ignore verify_deps_before_run=false update_notifier=false; do
    # Up to 10 they are npm's settings, later its own.
    export "npm_config_$name" "pnpm_config_$name"
  done
  local registry=${npm_config_registry-${NPM_CONFIG_REGISTRY-}}
  [ -z "$registry" ] || export pnpm_config_registry=${pnpm_config_registry-$registry}
}

manager_install() {
  local flags=(--prod)
  [ -z "$WITH_DEV" ] || flags=(--prod=false)
  [ "$INSTALL" != frozen ] && flags+=(--no-frozen-lockfile) || flags+=(--frozen-lockfile)
  echo "Installing node modules${LOCK:+ ($LOCK)}"
  pnpm install --reporter=append-only "${flags[@]}" && forget_times
}

# "pnpm prune" knows nothing of workspaces. Both run the app's install scripts, which may need what is pruned.
manager_prune() {
  if [ -f pnpm-workspace.yaml ] && grep -q '^packages:' pnpm-workspace.yaml; then
    local flags=()
    [ "$INSTALL" != frozen ] || flags=(--frozen-lockfile)
    # It asks before it starts over, unless nobody is there to answer.
    CI=true pnpm install --reporter=append-only --prod --prefer-offline "${flags[@]}"
  else
    pnpm prune --prod
  fi && forget_times
}

# It writes down when it did things, which would make equal apps differ.
forget_times() {
  [ ! -f node_modules/.modules.yaml ] || sed -i -E 's/^( *"prunedAt": ")[^"]*/\1Thu, 01 Jan 1970 00:00:00 GMT/; s/^(prunedAt: ).*/\1Thu, 01 Jan 1970 00:00:00 GMT/' node_modules/.modules.yaml
  rm -rf node_modules/.pnpm-*
}

manager_run() { pnpm run "$@"; }
