# The result as layers: directories that seldom change, and the rest.

# In chunks, so that the end is told and not guessed.
IN_CHUNKS='while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"'

# Streams an archive to the builder. Sorted, with fixed owners and times, by a compressor that says nothing of itself: equal trees give equal bytes.
pack() {
  local name=$1
  shift
  echo "blob $name" >&3
  tar -c --format=gnu --sort=name --numeric-owner --owner=20000 --group=20000 "$@" | pigz -1 -n -p 4 | perl -e "$IN_CHUNKS" >&3
}

pack_slug() {
  local kind name detail notes exclude=()
  cd /tmp || fail platform 'no /tmp'
  # Whatever the build left running would change files while they are packed.
  kill -KILL -1 2>/dev/null
  [ ! -d "$BUILD_DIR/.slipway" ] || mv "$BUILD_DIR/.slipway" "$OUT/notes"
  mv "$BUILD_DIR" "$OUT/app"
  notes=$OUT/notes
  check_disk
  if [ -f "$notes/layers" ]; then
    while read -r kind name detail; do
      case $kind in
        runtime) tell base "runtime $name $detail" ;;
        dir) pack_directory "$name" "$detail" && exclude+=("--exclude=app/$name") ;;
      esac
    done <"$notes/layers"
  fi
  pack slug --anchored --no-wildcards "${exclude[@]}" --mtime="@${SOURCE_TIME:-0}" --clamp-mtime -C "$OUT" app || fail pack 'the files of the app could not be read'
}

# Tells what the build has on disk, which takes a while to count: only where the disk has become so much fuller, and not
# after a build so short that it can't have written as much, at 4 MB in a millisecond.
check_disk() {
  local now_ms=${EPOCHREALTIME/[.,]/}
  [ $((${now_ms%???} - BEGUN_MS)) -gt $((DISK_LIMIT_MB / 4)) ] || return 0
  free_mb
  [ $((FREE_MB - MB)) -ge $((DISK_LIMIT_MB / 2)) ] || return 0
  measure /tmp /app
  tell disk "$SIZE"
}

# Sets MB: what is left on the disk.
free_mb() {
  local blocks size
  read -r blocks size < <(stat -f -c '%a %S' /tmp)
  MB=$((blocks * size / 1048576))
}

# A directory that seldom changes becomes a layer of its own, and is not sent again while nothing in it has changed.
# `$2`, if given, is its place in the cache: beside it is its key, until something may have changed it.
declare -A KEYS=()
pack_directory() {
  local key='' above=() dir=app/$1
  [ -d "$OUT/app/$1" ] && [ ! -L "$OUT/app/$1" ] || return 1
  if [ -n "$2" ] && [ ${#CHOSEN[@]} = 1 ] && [ -f "$CACHE_DIR/$2.key" ]; then read -r key <"$CACHE_DIR/$2.key"; fi
  [ -n "$key" ] || key=$(directory_key "$1") || return 1
  [ -z "$2" ] || KEYS[$2]=$key
  case " ${KNOWN_LAYERS[*]} " in
    *" $key "*) tell base "known $key" ;;
    *)
      tell base "new $key"
      # With the directories above it, or the engine makes them as root's.
      while [[ $dir == */* ]]; do dir=${dir%/*} above+=("$dir"); done
      pack "$key" --mtime=@499162500 -C "$OUT" --no-recursion "${above[@]}" --recursion "app/$1" || fail pack 'the files of the app could not be read'
      ;;
  esac
}

# What tells a directory apart from another of that name. Fails for one that holds so little that it is no layer.
directory_key() {
  local listing=$OUT/listing key lines
  (cd "$OUT/app/$1" && find . -mindepth 1 \( -name .package-lock.json -o -type f -printf '%p f %m %s %T@ %i\n' -o -printf '%p %y %m %l\n' \) | LC_ALL=C sort) >"$listing"
  mapfile -t -n 50 lines <"$listing"
  [ ${#lines[@]} = 50 ] || return 1
  read -r key _ < <(sha256sum <"$listing")
  echo "$1:$key"
}
