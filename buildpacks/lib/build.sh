#!/slipway/keeper
# Turns source into a slug, inside the build container.
#
# It is the container's first program, by a copy of bash that may be run but not read (lib/warm.sh): the kernel keeps the memory and
# the open files of such a process, and of its subshells, from the code that is built, which has the same user; nor can that code
# stop or end it. Whatever else is started while that code may run is given neither the result nor the answers (`apart`).
#
# stdin    "<bytes> <bytes>\n", settings and config vars as bash, a tar of fetched buildpacks, the source in chunks;
#          for each field `wanted` a line of buildpacks and a tar of the fetched ones in chunks; then an answer line for
#          each request.
# stderr   what the person who pushes reads; a NUL byte says that all of it has been said.
# stdout   the result, for the builder: fields ("<key> <bytes>\n" + bytes + "\n"), "blob <name>\n" followed by chunks
#          ("<hex length>\n" + bytes, ending in "0\n"), then "done\n". See src/builder/result/result-reader.ts.
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

for part in source cache languages buildpacks slug; do source $BUILTIN/lib/build/$part.sh; done

main() {
  make_dirs
  serve_requests &
  disown
  # Until here it may have waited for somebody to push.
  read_header
  export STACK REQUEST_ID SOURCE_VERSION APP_DIR=/app CURL_CONNECT_TIMEOUT=30 CURL_TIMEOUT=180
  prepare_dirs
  unpack_source
  remove_unwanted
  tell_app_json
  ask_for_buildpacks
  choose_buildpacks
  copy_cache
  compile_all
  tell_result
  pack_slug
  keep_cache
  echo done >&3
  # What is left takes time, and the release has the machine first: the builder ends stdin when it is our turn.
  exec 3>&- 1>/dev/null 2>/dev/null
  read -r -t 60 -u 5
  clean_up
  prune_cache
}

# Runs a program without what only the keeper may write and read: unlike the keeper's own, its files can be opened by the app's code.
apart() { "$@" 3>&- 5>&-; }

# One field for the builder. Written at once, so that fields told by two processes don't mix.
tell() {
  local LC_ALL=C
  printf '%s %d\n%s\n' "$1" ${#2} "$2" >&3
}

# Ends the build: the builder prints what `kind` means to people.
fail() {
  printf '\0' >&2
  kill -KILL -1 2>/dev/null
  [ -z "$OUT" ] || { measure /tmp /app; tell disk "$SIZE"; tell refused_processes "$(refused_processes)"; }
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

# The directories of this build; others may be left of earlier ones, or belong to one that has not ended yet.
make_dirs() {
  printf -v BUILD_ID '%06x%06x' $((SRANDOM & 0xffffff)) $((SRANDOM & 0xffffff))
  BUILD_DIR=/tmp/build_$BUILD_ID
  OUT=/tmp/slug_$BUILD_ID
  PACKS=/tmp/buildpacks_$BUILD_ID
  ENV_DIR=$IN/env
  mkdir -m 700 $ENV_DIR
  mkdir -p "$BUILD_DIR" "$OUT" "$PACKS"
  mkfifo $IN/requests $IN/answers
  free_mb
  FREE_MB=$MB
}

read_header() {
  local settings_bytes buildpacks_bytes settings index
  read -r settings_bytes buildpacks_bytes
  LC_ALL=C IFS= read -r -N "$settings_bytes" settings || fail platform 'settings did not arrive'
  eval "$settings"
  umask 077
  for index in "${!ENV_NAMES[@]}"; do printf %s "${ENV_VALUES[index]}" >"$ENV_DIR/${ENV_NAMES[index]}"; done
  umask 022
  unset settings ENV_NAMES ENV_VALUES
  BEGUN_MS=${EPOCHREALTIME/[.,]/} BEGUN_MS=${BEGUN_MS%???}
  # No file may be larger than all of the build: who writes fast is stopped before somebody has looked.
  ulimit -f $((DISK_LIMIT_MB * 1024))
  if [ ! -d $CACHE ] && [ -d $CACHE.old ]; then mv $CACHE.old $CACHE; fi
  # A build that has cleared up meanwhile knew nothing of ours.
  [ -d $CACHE ] && [ -d "$BUILD_DIR" ] && [ -d "$OUT" ] && [ -d "$PACKS" ] || mkdir -p $CACHE "$BUILD_DIR" "$OUT" "$PACKS"
  [ "$buildpacks_bytes" = 0 ] || head -c "$buildpacks_bytes" | tar -x -C "$PACKS" || fail platform 'buildpacks did not arrive'
}

clean_up() {
  exec 3>&- 1>/dev/null 2>/dev/null
  if [ "$CACHE_MODE" != copy ]; then give_back "$BUILD_DIR"; give_back "$OUT"; fi
  remove "$BUILD_DIR" "$OUT" "$PACKS" $CACHE.old /tmp/cache_*
  kill -KILL -1 2>/dev/null
}

main
exit 0
