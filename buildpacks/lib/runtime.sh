#!/bin/bash
# Language runtimes for all apps, in a volume that builds see read-only. Runs without anything of an app.
#
#   runtime.sh inventory <language>            fetches the list of versions
#   runtime.sh default <language>              says the version that apps get that ask for none: "version <base64>"
#   runtime.sh install <language> <version>    installs it, and sends it as a layer
#   runtime.sh headers <language> <version>    adds what only compilers need
#
# stdout speaks as build.sh does; the last line on stderr is the reason when it fails.
set -eu -o pipefail
umask 022
exec 3>&1 1>&2

ROOT=/opt/slipway/runtimes
export HOME=/tmp PATH=/opt/node/bin:$PATH npm_config_update_notifier=false npm_config_loglevel=error

main() {
  local does=$1 language=$2 version=${3-}
  [[ $language =~ ^[a-z]+$ ]] || stop "no such language: $language"
  # shellcheck source=/dev/null
  source "/slipway/buildpacks/lib/runtime-$language.sh"
  mkdir -p "$ROOT/$language"
  exec 9>"$ROOT/$language/.lock-$does-$version"
  flock 9
  "$does" "$language" "$version"
  echo done >&3
}

stop() { echo "$*" >&2; exit 1; }

inventory() {
  list_versions >"$ROOT/$1/versions.new"
  [ -s "$ROOT/$1/versions.new" ] || stop "the list of $1 versions is empty"
  # A new time only when something is new: plans that were made with it stay good.
  cmp -s "$ROOT/$1/versions.new" "$ROOT/$1/versions" || mv "$ROOT/$1/versions.new" "$ROOT/$1/versions"
}

default() { printf 'version %s\n' "$(default_version "$ROOT/$1/versions" | base64 -w0)" >&3; }

install() {
  local place=$ROOT/$1/$2
  if [ ! -d "$place" ]; then
    rm -rf "$place.new" && mkdir "$place.new"
    install_version "$2" "$place.new"
    chmod -R go-w,a+rX "$place.new"
    mv "$place.new" "$place"
  fi
  echo 'blob runtime' >&3
  tar -c --format=gnu --sort=name --numeric-owner --owner=0 --group=0 --mtime=@499162500 -C / \
    --exclude="${place#/}/include" --no-recursion opt opt/slipway "${ROOT#/}" "${ROOT#/}/$1" --recursion "${place#/}" \
    | pigz -1 -n -p 4 \
    | perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"' >&3
}

headers() {
  local place=$ROOT/$1/$2
  [ ! -d "$place/include" ] || return 0
  rm -rf "$place.headers" && mkdir "$place.headers"
  install_headers "$2" "$place.headers"
  mv "$place.headers" "$place/include"
}

main "$@"
