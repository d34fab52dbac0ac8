# The Node.js that all apps of the platform share, read-only, and the package manager, which they share too.

use_runtime() {
  info "engines.node (package.json):   ${ENGINE:-unspecified}"
  [ -z "$TOOL_FROM" ] || printf '       %-30s %s\n' "$TOOL_FROM (package.json):" "$TOOL_RANGE"
  export NODE_HOME=$RUNTIMES/node/$NODE_VERSION
  if [ "$NODE_VERSION" = "$STACK_NODE" ]; then
    NODE_HOME=/opt/node
  elif [ ! -d "$NODE_HOME" ]; then
    info "Fetching Node.js $NODE_VERSION, which no app has used here before..."
    request runtime node "$NODE_VERSION" || refuse node-version "Node.js $NODE_VERSION can't be installed: $ANSWER" 'Push again; if it stays so, ask for another version in engines.node.'
  fi
  export PATH=$NODE_HOME/bin:$PATH
  # Packages with native code are compiled with headers that are fetched when the first of them needs a compiler.
  export npm_config_nodedir=$RUNTIMES/node/$NODE_VERSION-headers NODE_GYP_FORCE_PYTHON=$PACK/lib/gyp-python
  ln -sfn "$NODE_HOME" .heroku/node
  echo "runtime node $NODE_VERSION" >>"$NOTES/layers"
  TOOL_HOME=''
  if [ -n "$TOOL_VERSION" ]; then use_tool; elif [ -n "$YARN_PATH" ]; then use_yarn_path; fi
  report node_version "$NODE_VERSION"
  report package_manager "$TOOL"
  TOOL_IS=$(tool_version)
  report "${TOOL}_version" "$TOOL_IS"
  info "Using Node.js $NODE_VERSION and $(tool_title) $TOOL_IS"
}

use_tool() {
  TOOL_HOME=$RUNTIMES/$TOOL/$TOOL_VERSION
  if [ ! -d "$TOOL_HOME" ]; then
    info "Fetching $(tool_title) $TOOL_VERSION, which no app has used here before..."
    request runtime "$TOOL" "$TOOL_VERSION" || refuse_version "$(tool_title)" "$TOOL_VERSION"
  fi
  [ -z "$TOOL_SHA" ] || verify_tool
  export PATH=$TOOL_HOME/bin:$PATH
  echo "runtime $TOOL $TOOL_VERSION" >>"$NOTES/layers"
}

# packageManager may name the hash of what is installed.
verify_tool() {
  [[ $'\n'$(<"$TOOL_HOME/.hashes")$'\n' == *$'\n'"$TOOL_SHA"$'\n'* ]] && return
  refuse package-manager-hash "$(tool_title) $TOOL_VERSION is not what packageManager in package.json says: its hash is another than ${TOOL_SHA:0:20}…" "Correct the hash, or leave out what stands behind the plus sign."
}

# The Yarn in the repository, by the name that people and scripts call.
use_yarn_path() {
  mkdir -p .heroku/yarn/bin
  printf '#!/bin/sh\nexec node "$(dirname "$0")/../../../%s" "$@"\n' "$YARN_PATH" >.heroku/yarn/bin/yarn
  chmod +x .heroku/yarn/bin/yarn
  TOOL_HOME='$HOME/.heroku/yarn'
  export PATH=$BUILD/.heroku/yarn/bin:$PATH
}

tool_title() { case $TOOL in yarn) echo Yarn ;; *) echo "$TOOL" ;; esac; }

# What a release says of itself whose name tells no version; asked once for each release.
yarn_path_version() {
  local known='' version='' digest
  digest=$(sha256sum <"$YARN_PATH")
  [ ! -f "$CACHE/yarn-version" ] || read -r known version <"$CACHE/yarn-version"
  if [ "$known" != "${digest%% *}" ]; then
    version=$(yarn --version)
    echo "${digest%% *} $version" >"$CACHE/yarn-version"
  fi
  echo "$version"
}

# Its version without starting it, or anything else: that takes a quarter of a second.
tool_version() {
  local text
  if [ -n "$TOOL_VERSION" ]; then
    echo "$TOOL_VERSION"
  elif [ -n "$YARN_PATH" ]; then
    [[ $YARN_PATH =~ ([0-9]+\.[0-9]+\.[0-9]+[^/]*)\.c?js$ ]] && text=${BASH_REMATCH[1]} || text=$(yarn_path_version)
    echo "$text ($YARN_PATH)"
  else
    text=$(<"$NODE_HOME/lib/node_modules/npm/package.json")
    [[ $text =~ \"version\":\ *\"([^\"]+)\" ]] && echo "${BASH_REMATCH[1]}"
  fi
}
