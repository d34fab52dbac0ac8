# Rusts other than the stack's own come from Rust's own distribution, which a platform may or may not reach. RUSTUP_DIST_SERVER
# names another place that serves it. What is fetched is checked against the digests in the channel's manifest.
DIST=${RUSTUP_DIST_SERVER:-https://static.rust-lang.org}
HOST=$(uname -m)-unknown-linux-gnu

list_versions() { get "$DIST/manifests.txt" | sed -n 's/.*channel-rust-\([0-9]*\.[0-9]*\.[0-9]*\)\.toml$/\1/p' | sort -uV; }

install_version() {
  local version=$1 place=$2 component
  get "$DIST/dist/channel-rust-$version.toml" >"$place/.manifest" || stop "Rust's distribution can't be reached from here, or has no $version"
  for component in rustc cargo rust-std; do add_component "$component" "$place"; done
  rm -f "$place/.manifest" "$place/manifest.in"
}

add_component() {
  local url digest file=$2/.archive
  read -r url digest < <(awk -F' *= *' -v section="[pkg.$1.target.$HOST]" '
    /^\[/ { here = $0 == section }
    here && $1 == "xz_url" { url = $2 }
    here && $1 == "xz_hash" { digest = $2 }
    END { gsub(/"/, "", url); gsub(/"/, "", digest); print url, digest }' "$2/.manifest")
  # The manifest names the main server, whichever it came from.
  get "$DIST/${url#*://*/}" >"$file" || stop "$url can't be fetched"
  echo "$digest  $file" | sha256sum --check --status || stop "$url is not what the manifest says it is"
  tar -x -J --no-same-owner -f "$file" -C "$2" --strip-components=2 --wildcards "*/$1*/*"
  rm -f "$file"
}

get() { curl --fail --silent --show-error --location --retry 2 --connect-timeout 10 "$1"; }
