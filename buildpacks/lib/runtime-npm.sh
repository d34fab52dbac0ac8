# npm, for apps that name another version than their Node.js brings.
source "$LIB/runtime-npm-registry.sh"

list_versions() { versions_of npm | sort -V; }

install_version() {
  local npm=$2/lib/node_modules/npm file
  mkdir -p "$npm" "$2/bin"
  file=$(pack_of "npm@$1")
  hash_file "$file" "$2"
  tar -x -z --no-same-owner -f "$file" -C "$npm" --strip-components=1
  rm -rf "$file" "$npm"/{docs,man}
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$2/bin/npm"
  if [ -f "$npm/bin/npx-cli.js" ]; then ln -s ../lib/node_modules/npm/bin/npx-cli.js "$2/bin/npx"; fi
  chmod +x "$npm"/bin/*
}
