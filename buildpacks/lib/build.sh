#!/bin/bash
# Turns source into a slug, inside the build container.
#
# stdin    "<bytes> <bytes>\n", a tar of settings and ENV_DIR, a tar of fetched buildpacks, the source in chunks;
#          for each field `wanted` a line of buildpacks and a tar of the fetched ones in chunks; then an answer line for
#          each request.
# stderr   what the person who pushes reads; a NUL byte says that all of it has been said.
# stdout   the result, for the builder: fields ("<key> <bytes>\n" + bytes + "\n"), "blob <name>\n" followed by chunks
#          ("<hex length>\n" + bytes, ending in "0\n"), then "done\n". See src/builder/result-reader.ts.
#
# Buildpacks of ours may leave notes in BUILD_DIR/.slipway:
#   layers    "runtime <language> <version>": the slug rests on this runtime; "dir <path>": pack it as a layer of its own
#   borrowed  "<path> <cache path>": was moved out of the cache, and goes back if the build fails
#   keep      "<path> <cache path>": moves into the cache when the slug is packed
#   forget    "<cache path>": goes out of the cache then
set -u -o pipefail
umask 022
shopt -s nullglob dotglob
exec 3>&1 1>&2 5<&0

IN=/run/slipway
BUILTIN=/slipway/buildpacks
CACHE=/tmp/cache
# What the cache belongs to. Beside it: buildpacks may remove whatever is in it.
CACHE_ABOUT=/tmp/cache.about
BUILD_DIR='' OUT='' CACHE_DIR=$CACHE

for part in source cache buildpacks slug; do source $BUILTIN/lib/build/$part.sh; done

main() {
  read_header
  export STACK REQUEST_ID SOURCE_VERSION APP_DIR=/app CURL_CONNECT_TIMEOUT=30 CURL_TIMEOUT=180
  prepare_dirs
  unpack_source
  remove_unwanted
  ask_for_buildpacks
  choose_buildpacks
  copy_cache
  mkfifo $IN/requests $IN/answers
  serve_requests &
  disown
  compile_all
  tell_result
  pack_slug
  keep_cache
  echo done >&3
  clean_up
  prune_cache
}

# One field for the builder. Written at once, so that fields told by two processes don't mix.
tell() {
  local LC_ALL=C
  printf '%s %d\n%s\n' "$1" ${#2} "$2" >&3
}

# Ends the build: the builder prints what `kind` means to people.
fail() {
  printf '\0' >&2
  kill -KILL -1 2>/dev/null
  [ -z "$OUT" ] || { tell disk "$(timeout 10 du -smc /tmp /app /var/tmp 2>/dev/null | tail -n 1)"; tell refused_processes "$(refused_processes)"; }
  tell detail "${2-}"
  tell failed "$1"
  [ -z "$BUILD_DIR" ] || clean_up
  exit 3
}

# How often the limit of processes was met.
refused_processes() {
  local file word count=0
  for file in /sys/fs/cgroup/pids/pids.events /sys/fs/cgroup/pids.events; do
    [ ! -r $file ] || while read -r word count; do [ "$word" != max ] || break 2; done <$file
  done
  echo "$count"
}

# What only the builder can do, one thing at a time (lib/common.sh: request).
serve_requests() {
  local line answer
  while read -r line; do
    tell request "$line"
    IFS= read -r answer <&5 || answer='failed '
    printf '%s\n' "$answer" >$IN/answers
  done <>$IN/requests
}

read_header() {
  local settings_bytes buildpacks_bytes
  read -r settings_bytes buildpacks_bytes
  head -c "$settings_bytes" | tar -x -C "$IN" || fail platform 'settings did not arrive'
  PACKS=/tmp/buildpacks_$$_$RANDOM
  # shellcheck source=/dev/null
  source "$IN/settings"
  BUILD_DIR=/tmp/build_$BUILD_ID
  OUT=/tmp/slug_$BUILD_ID
  ENV_DIR=$IN/env
  if [ ! -d $CACHE ] && [ -d $CACHE.old ]; then mv $CACHE.old $CACHE; fi
  # No file may be larger than all of the build: who writes fast is stopped before somebody has looked.
  ulimit -f $((DISK_LIMIT_MB * 1024))
  mkdir -p $CACHE "$BUILD_DIR" "$OUT" "$PACKS"
  [ "$buildpacks_bytes" = 0 ] || head -c "$buildpacks_bytes" | tar -x -C "$PACKS" || fail platform 'buildpacks did not arrive'
}

clean_up() {
  exec 3>&- 1>/dev/null 2>/dev/null
  if [ "$CACHE_MODE" != copy ]; then give_back "$BUILD_DIR"; give_back "$OUT"; fi
  rm -rf "$BUILD_DIR" "$OUT" "$PACKS" $CACHE.old /tmp/cache_*
  kill -KILL -1 2>/dev/null
}

main
exit 0
