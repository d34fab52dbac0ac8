# Go as its module proxy has it: each toolchain is a version of the module golang.org/toolchain. The stack's own Go, whatever
# its age, fetches them, from the proxy it is told, and checks them against the checksum database. Dynos need nothing of it.
TOOLCHAIN=golang.org/toolchain
export GOPATH=/tmp/go GOCACHE=/tmp/go-build GOTOOLCHAIN=local GOFLAGS=-modcacherw
# What most apps that serve HTTP import of the standard library.
SEED='net/http encoding/json html/template database/sql log/slog os/exec os/signal embed'
SEED_SECONDS=90

# The proxy tells those that it has been asked for before; it has others too.
list_versions() { go list -m -versions $TOOLCHAIN | tr ' ' '\n' | sed -n "s/^v0\.0\.1-go\([0-9.]*\)\.linux-$(go env GOARCH)\$/\1/p" | sort -V; }

install_version() {
  local version=$1 place=$2 module said
  module=$TOOLCHAIN@v0.0.1-go$version.linux-$(go env GOARCH)
  export GOMODCACHE=$place/.modules
  said=$(go mod download -json "$module") || {
    is_sumdb_away "$said" || refuse "$version" "$said"
    echo "The checksum database can't be reached: Go $version is taken as the module proxy gives it."
    said=$(GONOSUMDB=$TOOLCHAIN go mod download -json "$module") || refuse "$version" "$said"
  }
  mv "$(jq -r .Dir <<<"$said")"/* "$place"
  rm -rf "$place/.modules"
  find "$place/bin" "$place/pkg/tool" -type f -exec chmod +x {} +
  # Modules come without the list of what the standard library was built from; each app would compile all of it.
  seed_build_cache "$place" "${place%.new}-build-cache"
}

# Compiles what most apps need of the standard library, once for all: their build caches begin as a copy of this. It lies
# beside the toolchain, for dynos that want that. Where the machine is too busy for all of it, part of it is as good.
seed_build_cache() {
  local package packages=()
  for package in $SEED; do [ ! -d "$1/src/$package" ] || packages+=("$package"); done
  rm -rf "$2" "$2.new"
  mkdir "$2.new"
  (cd /tmp && GOFLAGS=-trimpath GOCACHE=$2.new timeout $SEED_SECONDS "$1/bin/go" build "${packages[@]}") || echo "The standard library of Go is compiled in part, or not at all."
  chmod -R a+rX "$2.new"
  mv "$2.new" "$2"
}

# Not when the database has an answer, and the answer is that the toolchain is another.
is_sumdb_away() { [[ $1 =~ verifying && $1 =~ (dial\ tcp|no\ such\ host|timeout|refused|reset|Forbidden|Not\ Found|Gateway|Unavailable) && ! $1 =~ (SECURITY|mismatch) ]]; }

refuse() {
  rm -rf "$place"
  case $2 in
    *'not available'* | *'not found'* | *'Not Found'* | *Gone*) stop "the module proxy has no Go $1" ;;
    *) stop "$(jq -r .Error <<<"$2" | tr '\n\t' '  ')" ;;
  esac
}
