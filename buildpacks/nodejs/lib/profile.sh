# What a dyno sources at start: PATH, and how many processes fit its memory. And what it runs unless a Procfile says so.

write_profile() {
  local tool='' text lines
  [ -z "$TOOL_HOME" ] || tool=$TOOL_HOME/bin:
  lines=("export NODE_HOME=$NODE_HOME"
    "export PATH=\"$tool$NODE_HOME/bin:\$HOME/bin:\$HOME/node_modules/.bin:\$PATH\""
    'export NODE_ENV=${NODE_ENV:-production} NPM_CONFIG_UPDATE_NOTIFIER=${NPM_CONFIG_UPDATE_NOTIFIER:-false}')
  case $MANAGER in
    # The app has moved since it was installed: newer ones would install it anew.
    pnpm) lines+=('export npm_config_verify_deps_before_run=false pnpm_config_verify_deps_before_run=false'
      'export npm_config_manage_package_manager_versions=false pnpm_config_pm_on_fail=ignore pnpm_config_update_notifier=false') ;;
    berry) lines+=("export ${YARN_ENABLE_TELEMETRY:+YARN_ENABLE_TELEMETRY=0 }YARN_ENABLE_GLOBAL_CACHE=false") ;;
  esac
  printf '%s\n' "${lines[@]}" >.profile.d/nodejs.sh
  read -r -d '' text <"$PACK/lib/WEB_CONCURRENCY.sh"
  printf '%s\n' "$text" >.profile.d/WEB_CONCURRENCY.sh
}

# What the buildpacks that follow source.
write_export() {
  printf '%s\n' "export NODE_HOME=$NODE_HOME" "export PATH=\"$PATH:$BUILD/node_modules/.bin\"" \
    "export NODE_OPTIONS=\"\${NODE_OPTIONS:-$HEAP}\"" >"$EXPORT_FILE"
}

# The start script; else server.js, or the file that Node itself would run. They may have been built just now.
write_default_web() {
  local web='' path node=node
  [ ! -f .pnp.cjs ] && [ ! -f .pnp.js ] || node='yarn node'
  if [ -n "$STARTS" ]; then
    web="$TOOL start"
  else
    for path in server.js "${MAIN[@]}"; do
      if [ -f "$path" ]; then web="$node $path"; break; fi
    done
  fi
  printf %s "$web" >"$NOTES/default-web"
  if [ -z "$web" ] && [ ! -f Procfile ]; then
    warn 'Nothing says what the app runs: add a start script to package.json, or a Procfile.'
  fi
}
