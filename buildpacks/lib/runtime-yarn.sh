# Yarn: package yarn up to 1.22, and 2.4.3; the others from 2.4 on are @yarnpkg/cli-dist.
source "$LIB/runtime-npm-registry.sh"

# Ahead of 0.28 it needs packages, whose versions of today don't run with it.
list_versions() { { versions_of yarn | grep -vE '^0\.([01]?[0-9]|2[0-7])\.'; versions_of @yarnpkg/cli-dist; } | sort -V; }

install_version() {
  local package=@yarnpkg/cli-dist file
  [[ ! $1 =~ ^0\.([01]?[0-9]|2[0-7])\. ]] || stop "Yarn $1 does not run any more"
  case $1 in [01].* | 2.4.3) package=yarn ;; esac
  file=$(pack_of "$package@$1")
  tar -x -z --no-same-owner -f "$file" -C "$2" --strip-components=1
  # Of the newer ones, corepack hashes the one file that matters.
  case $1 in [01].*) hash_file "$file" "$2" ;; *) hash_file "$2/bin/yarn.js" "$2" ;; esac
  rm -f "$file" "$2"/bin/*.{cmd,ps1}
  [ -e "$2/bin/yarn" ] || ln -s yarn.js "$2/bin/yarn"
  chmod +x "$2"/bin/yarn*
}
