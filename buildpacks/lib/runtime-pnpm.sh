# pnpm: one package up to 11; from 12 on a native program, which npm chooses among optional packages.
source "$LIB/runtime-npm-registry.sh"

list_versions() { versions_of pnpm | sort -V; }

install_version() {
  local file name
  file=$(pack_of "pnpm@$1")
  hash_file "$file" "$2"
  if [ "${1%%.*}" -ge 12 ]; then
    npm install --global --prefix "$2" --allow-scripts=pnpm "pnpm@$1" >/dev/null
  else
    mkdir -p "$2/lib/pnpm" "$2/bin"
    tar -x -z --no-same-owner -f "$file" -C "$2/lib/pnpm" --strip-components=1
    for name in pnpm pnpx; do
      ln -s "$(cd "$2/bin" && ls ../lib/pnpm/bin/$name.[cm]js ../lib/pnpm/bin/$name.js 2>/dev/null | head -n 1)" "$2/bin/$name"
      chmod +x "$2/bin/$name"
    done
  fi
  rm -f "$file"
}
