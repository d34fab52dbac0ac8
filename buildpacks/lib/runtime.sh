#!/bin/bash
# Language runtimes for all apps. Runs without anything of an app.
#
#   runtime.sh bake                            when the image is made: packs the stack's own runtimes as layers
#   runtime.sh stack <language>                says the version of the stack's own, in field "version"
#   runtime.sh inventory <language>            fetches the list of the other versions
#   runtime.sh refresh <language>              the same, if anyone has ever asked for it
#   runtime.sh install <language> <version>    sends a runtime as a layer; one that isn't the stack's is installed first,
#                                              into the volume that builds see read-only
#   runtime.sh headers <language> <version>    adds what only compilers need
#
# stdout speaks as build.sh does; the last line on stderr is the reason when it fails.
set -eu -o pipefail
umask 022
exec 3>&1 1>&2

LIB=$(dirname "$0")
ROOT=/opt/slipway/runtimes
BAKED=/slipway/runtimes
export HOME=/tmp PATH=/opt/node/bin:$PATH npm_config_update_notifier=false npm_config_loglevel=error

main() {
  if [ "$1" = bake ]; then
    bake
    return
  fi
  local does=$1 language=$2 version=${3-}
  [[ $language =~ ^[a-z]+$ && $version =~ ^[0-9.]*$ ]] || stop "no such runtime: $language $version"
  # shellcheck source=/dev/null
  source "$LIB/runtime-$language.sh"
  mkdir -p "$ROOT/$language"
  exec 9>"$ROOT/$language/.lock-$does-$version"
  flock 9
  "$does" "$language" "$version"
  echo done >&3
}

stop() { echo "$*" >&2; exit 1; }

bake() {
  local script language
  for script in "$LIB"/runtime-*.sh; do
    language=${script##*/runtime-} language=${language%.sh}
    mkdir -p "$BAKED/$language"
    # shellcheck source=/dev/null
    (source "$script" && bake_one "$BAKED/$language/$(stack_version).tgz" "$(stack_place)")
  done
}

bake_one() {
  pack "$2" >"$1"
  # What a layer is known by takes a second to find out: it is written down.
  echo "$(sha256sum <"$1" | cut -c1-64) $(pigz -dc "$1" | sha256sum | cut -c1-64)" >"$1.ids"
}

tell() { printf '%s %d\n%s\n' "$1" ${#2} "$2" >&3; }

stack() { tell version "$(stack_version)"; }

refresh() { [ ! -f "$ROOT/$1/versions" ] || inventory "$1"; }

inventory() {
  local list=$ROOT/$1/versions
  list_versions >"$list.new"
  [ -s "$list.new" ] || stop "the list of $1 versions is empty"
  # A new time only when something is new: plans that were made with it stay good.
  if cmp -s "$list.new" "$list"; then touch "$list.checked"; else mv "$list.new" "$list" && touch "$list.checked"; fi
}

install() {
  local place=$ROOT/$1/$2
  if [ -f "$BAKED/$1/$2.tgz" ]; then
    tell ids "$(<"$BAKED/$1/$2.tgz.ids")"
    send <"$BAKED/$1/$2.tgz"
    return
  fi
  if [ ! -d "$place" ]; then
    rm -rf "$place.new" && mkdir "$place.new"
    install_version "$2" "$place.new"
    chmod -R go-w,a+rX "$place.new"
    mv "$place.new" "$place"
  fi
  pack "$place" | send
}

headers() {
  local place=$ROOT/$1/$2-headers
  [ ! -d "$place" ] || return 0
  rm -rf "$place.new" && mkdir "$place.new"
  install_headers "$2" "$place.new"
  mv "$place.new" "$place"
}

# A directory as a layer, with the directories above it: the engine would make those so that nobody may enter.
pack() {
  local path=${1#/} above=() part=
  while [[ $path == */* ]]; do part=$part${part:+/}${path%%/*} path=${path#*/}; above+=("$part"); done
  tar -c --format=gnu --sort=name --numeric-owner --owner=0 --group=0 --mtime=@499162500 -C / \
    --exclude='*/lib/node_modules/npm/docs' --exclude='*/lib/node_modules/npm/man' --no-recursion "${above[@]}" --recursion "${1#/}" \
    | pigz -1 -n -p 4
}

send() {
  echo 'blob runtime' >&3
  perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"' >&3
}

main "$@"
