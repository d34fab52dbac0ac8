# How Yarn 2 and later does it.

# With Plug'n'Play, apps run out of the cache: it has to be theirs, and in the slug. So is one that is checked in.
manager_settings() {
  # Ahead of 2.2 it refuses to start with a setting that it doesn't know.
  [[ $TOOL_IS == 2.[01].* ]] || export YARN_ENABLE_TELEMETRY=0
  export YARN_ENABLE_PROGRESS_BARS=false YARN_ENABLE_COLORS=false YARN_ENABLE_HYPERLINKS=false
  export YARN_GLOBAL_FOLDER=$CACHE/berry YARN_ENABLE_GLOBAL_CACHE=false
  if [ "$LINKER" != pnp ] && [ ! -d .yarn/cache ]; then
    export YARN_ENABLE_GLOBAL_CACHE=true YARN_ENABLE_MIRROR=false
  fi
  # It has settings of its own for what others take from the environment.
  local registry=${npm_config_registry-${NPM_CONFIG_REGISTRY-}} proxy=${https_proxy-${HTTPS_PROXY-}}
  [ -z "$registry" ] || [ -n "${YARN_NPM_REGISTRY_SERVER-}" ] || grep -qs '^npmRegistryServer:' .yarnrc.yml || export YARN_NPM_REGISTRY_SERVER=$registry
  [ -z "$proxy" ] || [ -n "${YARN_HTTPS_PROXY-}" ] || export YARN_HTTPS_PROXY=$proxy
}

manager_install() {
  local flags=(--immutable)
  [ "$INSTALL" = frozen ] || flags=(--no-immutable)
  echo "Installing node modules${LOCK:+ ($LOCK)}"
  yarn install "${flags[@]}"
}

manager_prune() {
  if [ "${TOOL_IS%%.*}" -lt 4 ] && ! grep -qs plugin-workspace-tools .yarnrc.yml; then
    echo "Yarn ${TOOL_IS%% *} can't prune without its plugin workspace-tools: devDependencies stay."
    return
  fi
  yarn workspaces focus --all --production && drop_unused
}

# What Plug'n'Play no longer names stays behind in the cache, unless that is the app's own.
drop_unused() {
  local word path
  local -A used=()
  { [ -f .pnp.cjs ] || [ -f .pnp.js ]; } && [[ " ${TREES[*]} " == *' .yarn/cache '* ]] || return 0
  while read -r word; do used[$word]=1; done \
    < <(grep -ohE '\.yarn/(cache|unplugged)/[^/"]+' .pnp.js .pnp.cjs .pnp.data.json 2>/dev/null | sort -u)
  for path in .yarn/cache/*.zip .yarn/unplugged/*; do
    [ -n "${used[$path]-}" ] || rm -rf "$path"
  done
}

# It runs nothing in a project that has not been installed yet.
manager_run() {
  local name=$1
  if [ -f .yarn/install-state.gz ]; then yarn run "$@"; else shift; npm run "$name" ${1+-- "$@"}; fi
}
