# No language, but what those that come from the npm registry share. npm finds it and verifies what it fetches, as it is configured to.

# versions_of <package>: all that aren't prereleases.
versions_of() { npm view "$1" versions --json | jq -r '.[]' | grep -E '^[0-9]+\.[0-9]+\.[0-9]+$'; }

# fetch <package> <directory> [tar arguments]: unpacks a package.
fetch() {
  local spec=$1 place=$2 file
  shift 2
  file=$(pack_of "$spec")
  tar -x -z --no-same-owner -f "$file" -C "$place" --strip-components=1 --wildcards "$@"
  rm -f "$file"
}

# The archive of a package, in /tmp.
pack_of() {
  local file
  file=$(cd /tmp && npm pack "$1" --silent | tail -n 1) || { echo "$1 can't be fetched from the npm registry" >&2; exit 1; }
  echo "/tmp/$file"
}

# hash_file <file> <directory>: what "packageManager" in a package.json may say of it, behind a plus sign.
hash_file() {
  local kind
  for kind in 1 224 256 384 512; do echo "sha$kind.$(sha${kind}sum <"$1" | cut -d' ' -f1)"; done >"$2/.hashes"
}
