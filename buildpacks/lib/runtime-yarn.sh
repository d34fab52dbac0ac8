# Yarn: package yarn up to 1.22, @yarnpkg/cli-dist from 2.4 on.
source "$LIB/runtime-npm-registry.sh"

list_versions() { { versions_of yarn | grep '^[01]\.'; versions_of @yarnpkg/cli-dist; } | sort -V; }

install_version() {
  local package=@yarnpkg/cli-dist file
  case $1 in 0.* | 1.*) package=yarn ;; esac
  file=$(pack_of "$package@$1")
  tar -x -z --no-same-owner -f "$file" -C "$2" --strip-components=1
  # Of the newer ones, corepack hashes the one file that matters.
  if [ $package = yarn ]; then hash_file "$file" "$2"; else hash_file "$2/bin/yarn.js" "$2"; fi
  rm -f "$file" "$2"/bin/*.{cmd,ps1}
  chmod +x "$2"/bin/yarn*
}
