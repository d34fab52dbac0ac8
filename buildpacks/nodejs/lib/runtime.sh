# The Node.js that all apps of the platform share, read-only, and an npm of the app's own where engines.npm asks for one.

use_runtime() {
  info "engines.node (package.json):   ${ENGINE:-unspecified}"
  [ -z "$NPM_RANGE" ] || info "engines.npm (package.json):    $NPM_RANGE"
  export NODE_HOME=$RUNTIMES/$NODE_VERSION
  if [ "$NODE_VERSION" = "$STACK_NODE" ]; then
    NODE_HOME=/opt/node
  elif [ ! -d "$NODE_HOME" ]; then
    info "Fetching Node.js $NODE_VERSION, which no app has used here before..."
    request runtime node "$NODE_VERSION" || stop "Node.js $NODE_VERSION can't be installed: $ANSWER" 'Push again; if it stays so, ask for another version in engines.node.'
  fi
  export PATH=$NODE_HOME/bin:$PATH
  # Packages with native code are compiled with headers that are fetched when the first of them needs a compiler.
  export npm_config_nodedir=$RUNTIMES/$NODE_VERSION-headers NODE_GYP_FORCE_PYTHON=$PACK/lib/gyp-python
  mkdir -p .heroku && ln -sfn "$NODE_HOME" .heroku/node
  echo "runtime node $NODE_VERSION" >>"$NOTES/layers"
  [ -z "$NPM_RANGE" ] || use_npm
  info "Using Node.js $NODE_VERSION and npm $(npm_version)"
}

# npm's own version without starting it, or anything else: that takes a quarter of a second.
npm_version() {
  local text place=.heroku/npm
  [ -d $place ] || place=$NODE_HOME
  text=$(<$place/lib/node_modules/npm/package.json)
  [[ $text =~ \"version\":\ *\"([^\"]+)\" ]] && echo "${BASH_REMATCH[1]}"
}

use_npm() {
  local satisfied
  satisfied=$(/opt/node/bin/node -p 'require("/opt/node/lib/node_modules/npm/node_modules/semver").satisfies(process.argv[1], process.argv[2])' "$(npm_version)" "$NPM_RANGE")
  [ "$satisfied" = true ] && return
  local kept=npm-$(sha256sum <<<"$NPM_RANGE $NODE_VERSION" | cut -c1-12)
  if [ -d "$CACHE/$kept" ]; then
    mv "$CACHE/$kept" .heroku/npm
    echo ".heroku/npm node/$kept" >>"$NOTES/borrowed"
  else
    npm install --global --prefix "$BUILD/.heroku/npm" "npm@$NPM_RANGE" >/dev/null || stop "npm $NPM_RANGE (engines.npm in package.json) can't be had." 'Name a version that the registry has, or leave engines.npm out.'
  fi
  echo ".heroku/npm node/$kept" >>"$NOTES/keep"
  echo "dir .heroku/npm" >>"$NOTES/layers"
  export PATH=$BUILD/.heroku/npm/bin:$PATH
}
