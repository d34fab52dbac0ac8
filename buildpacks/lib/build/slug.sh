# The result as layers: directories that seldom change, and the rest.

# Streams a file-like thing to the builder in chunks, so that its end is told and not guessed.
send_blob() {
  echo "blob $1" >&3
  perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"' >&3
}

# Sorted, with fixed owners and times, by a compressor that says nothing of itself: equal trees give equal bytes.
pack() {
  tar -c --format=gnu --sort=name --numeric-owner --owner=20000 --group=20000 "$@" | pigz -1 -n -p 4
}

pack_slug() {
  local kind name version notes exclude=()
  cd /tmp || fail platform 'no /tmp'
  # Whatever the build left running would change files while they are packed.
  kill -KILL -1 2>/dev/null
  [ ! -d "$BUILD_DIR/.slipway" ] || mv "$BUILD_DIR/.slipway" "$OUT/notes"
  mv "$BUILD_DIR" "$OUT/app"
  notes=$OUT/notes
  check_disk
  if [ -f "$notes/layers" ]; then
    while read -r kind name version; do
      case $kind in
        runtime) tell base "runtime $name $version" ;;
        dir) pack_directory "$name" && exclude+=("--exclude=app/$name") ;;
      esac
    done <"$notes/layers"
  fi
  pack --anchored --no-wildcards "${exclude[@]}" --mtime="@${SOURCE_TIME:-0}" --clamp-mtime -C "$OUT" app | send_blob slug || fail pack 'the files of the app could not be read'
}

# Tells what the build has on disk, which takes a while to count: only where the disk has become so much fuller.
check_disk() {
  [ $((FREE_MB - $(free_mb))) -lt $((DISK_LIMIT_MB / 2)) ] || tell disk "$(du -smc /tmp /app /var/tmp 2>/dev/null | tail -n 1)"
}

free_mb() {
  local blocks size
  read -r blocks size < <(stat -f -c '%a %S' /tmp)
  echo $((blocks * size / 1048576))
}

# A directory that seldom changes becomes a layer of its own, and is not sent again while nothing in it has changed.
pack_directory() {
  local listing=$OUT/listing key lines above=() dir=app/$1
  [ -d "$OUT/app/$1" ] && [ ! -L "$OUT/app/$1" ] || return 1
  (cd "$OUT/app/$1" && find . -mindepth 1 \( -name .package-lock.json -o -type f -printf '%p f %m %s %T@ %i\n' -o -printf '%p %y %m %l\n' \) | LC_ALL=C sort) >"$listing"
  mapfile -t -n 50 lines <"$listing"
  [ ${#lines[@]} = 50 ] || return 1
  read -r key _ < <(sha256sum <"$listing")
  key=$1:$key
  case " ${KNOWN_LAYERS[*]} " in
    *" $key "*) tell base "known $key" ;;
    *)
      tell base "new $key"
      # With the directories above it, or the engine makes them as root's.
      while [[ $dir == */* ]]; do dir=${dir%/*} above+=("$dir"); done
      pack --mtime=@499162500 -C "$OUT" --no-recursion "${above[@]}" --recursion "app/$1" | send_blob "$key" || fail pack 'the files of the app could not be read'
      ;;
  esac
}
