# The cache of an app, and the directories of a build beside it: one file system, so that all between them is moved.

prepare_dirs() {
  local left gone=()
  # What a killed build left behind. Buildpacks of ours first take back what they had moved out of the cache.
  for left in /tmp/*; do
    case $left in "$CACHE" | "$CACHE_ABOUT" | "$BUILD_DIR" | "$OUT" | "$PACKS") ;; /tmp/build_* | /tmp/slug_*) give_back "$left"; gone+=("$left") ;; *) gone+=("$left") ;; esac
  done
  [ ${#gone[@]} = 0 ] || remove "${gone[@]}"
  drop_void_cache
}

# A cache of another stack, or of before a purge, is not used. Deleting it takes time: that is left to the end.
drop_void_cache() {
  local stack='' epoch='' cleared='' why=''
  chmod u+rwx $CACHE
  [ ! -f $CACHE_ABOUT ] || read -r stack epoch cleared <$CACHE_ABOUT
  [ -z "$cleared" ] || echo " !     The build cache had grown to $cleared MB (max is $CACHE_LIMIT_MB MB) and was cleared."
  [ "$stack $epoch" != "$STACK $CACHE_EPOCH" ] || [ -n "$cleared" ] || return 0
  [ "$stack" = "$STACK" ] || why='the stack has changed'
  [ "$epoch" = "$CACHE_EPOCH" ] || why='it was purged'
  if [ -n "$stack" ] && [ -n "$why" ]; then echo "-----> Clearing the build cache: $why"; fi
  if [ -n "$why" ]; then mv $CACHE "$OUT/void-cache" && mkdir $CACHE; fi
  echo "$STACK $CACHE_EPOCH" >$CACHE_ABOUT
}

# Buildpacks from elsewhere work on a copy of the cache, which takes its place when the build succeeds.
copy_cache() {
  [ "$CACHE_MODE" = copy ] || return 0
  CACHE_DIR=/tmp/cache_$BUILD_ID
  cp -a $CACHE "$CACHE_DIR"
}

# Puts back what a build that did not succeed had taken out of the cache.
give_back() {
  local from to tree=$1 notes=$1/.slipway
  if [ -d "$1/app" ] && [ -d "$1/notes" ]; then tree=$1/app notes=$1/notes; fi
  [ -f "$notes/borrowed" ] || return 0
  while read -r from to; do
    if [ -e "$tree/$from" ] && [ ! -e "$CACHE/$to" ]; then mv "$tree/$from" "$CACHE/$to"; rm -f "$CACHE/$to.key"; fi
  done <"$notes/borrowed"
}

keep_cache() {
  local from to
  if [ -f "$OUT/notes/keep" ]; then
    while read -r from to; do
      [ -e "$OUT/app/$from" ] || continue
      if [ -e "$CACHE_DIR/$to" ]; then mv "$CACHE_DIR/$to" "$OUT/replaced_$RANDOM$RANDOM"; fi
      [[ -d $CACHE_DIR/${to%/*} ]] || mkdir -p "$CACHE_DIR/${to%/*}"
      mv "$OUT/app/$from" "$CACHE_DIR/$to"
      [ -z "${KEYS[$to]-}" ] || echo "${KEYS[$to]}" >"$CACHE_DIR/$to.key"
    done <"$OUT/notes/keep"
  fi
  # Deleting takes time: it is left to the end, when nobody waits.
  if [ -f "$OUT/notes/forget" ]; then
    while read -r to; do mv "$CACHE_DIR/$to" "$OUT/forgotten_$RANDOM$RANDOM"; done <"$OUT/notes/forget"
  fi
  [ "$CACHE_MODE" = copy ] || return 0
  mv $CACHE $CACHE.old && mv "$CACHE_DIR" $CACHE
}

# A cache that has grown too large begins anew; the next build says so.
prune_cache() {
  measure $CACHE
  [ "$SIZE" -gt "$CACHE_LIMIT_MB" ] || return 0
  remove $CACHE && mkdir $CACHE
  echo "$STACK $CACHE_EPOCH $SIZE" >$CACHE_ABOUT
}

# Sets SIZE: megabytes on disk, those too that lie where a build lets nobody in.
measure() {
  local total
  total=$(timeout 10 du -smc "$@" 2>/dev/null) || { open_up "$@"; total=$(timeout 10 du -smc "$@" 2>/dev/null); }
  read -r SIZE _ <<<"${total##*$'\n'}"
  SIZE=${SIZE:-0}
}

remove() { rm -rf "$@" 2>/dev/null || { open_up "$@"; rm -rf "$@"; }; }

open_up() { timeout 10 find "$@" -xdev -type d ! -perm -u=rwx -execdir chmod u+rwx {} \; 2>/dev/null; }
