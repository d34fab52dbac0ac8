# Packages as they were installed, though scripts have changed them since.
#
# A patch that a postinstall script applies, code that a build generates among the packages: none of that is of the next
# build. <key>.list says of each file of the kept trees what it was, and <key>.open that scripts had them in hand: whoever
# takes them then compares. What was added is removed. What was changed or removed comes back from originals/<key>, where the
# files lie that scripts of this app are known to change ("rewritten"); where one isn't there, everything is installed anew.

# What of the packages scripts may change. Caches and notes of tools in there don't count.
list_files() {
  [ ${#TREES[@]} -gt 0 ] || return 0
  (cd "$1" && find "${TREES[@]}" \
    \( -path '*/node_modules/.cache' -o -path '*/node_modules/.vite*' -o -path '*/node_modules/.pnpm-*' \) -prune \
    -o \( -type d -printf '%p\td\n' -o -printf '%p\t%y %s %T@ %m %l\n' \) | LC_ALL=C sort)
}

# Notes what the packages are that have just been installed, and puts aside what scripts will change.
remember_pristine() {
  [ -d "$CACHE/${1%/*}" ] || mkdir -p "$CACHE/${1%/*}"
  # What is left of an earlier installation is not what this list tells of.
  rm -rf "$CACHE"/{modules,pruned,originals}/"$PACKAGES_KEY" "$CACHE"/{modules,pruned}/"$PACKAGES_KEY".*
  list_files . >"$CACHE/$1.list"
  [ -f "$CACHE/rewritten" ] || return 0
  mkdir -p "$CACHE/originals/$PACKAGES_KEY"
  while IFS= read -r path; do [ ! -f "$path" ] && [ ! -L "$path" ] || echo "$path"; done <"$CACHE/rewritten" \
    | xargs -r -d '\n' cp -a --parents -t "$CACHE/originals/$PACKAGES_KEY"
}

# Scripts are about to run: how they leave the packages is looked at when those are wanted again.
expect_changes() { [ -z "$SCRIPTS" ] || : >"$CACHE/$1.open"; }

# changes <directory> <list> <file>: writes "+", "~" or "-" and the path of what was added, changed, or removed since.
changes() {
  list_files "$1" >"$3.now"
  : >"$3"
  cmp -s "$2" "$3.now" || awk -F'\t' -v OFS='\t' '
    NR == FNR { was[$1] = $2; next }
    !($1 in was) { print "+", $1; next }
    { if (was[$1] != $2) print "~", $1; delete was[$1] }
    END { for (path in was) print "-", path }' "$2" "$3.now" | LC_ALL=C sort -t $'\t' -k 2 >"$3"
}

# Undoes in the cache what scripts did to the trees kept under a name. Fails where that can't be.
make_pristine() {
  local found=$NOTES/undo originals=$CACHE/originals/$PACKAGES_KEY path kind
  [ -f "$CACHE/$1.open" ] || return 0
  changes "$CACHE/$1" "$CACHE/$1.list" "$found"
  if [ -s "$found" ]; then
    lacks_originals "$found" "$originals" && return 1
    sed -n 's/^+\t//p' "$found" | (cd "$CACHE/$1" && xargs -r -d '\n' rm -rf)
    while IFS=$'\t' read -r kind path; do
      [ "$kind" != + ] || continue
      rm -rf "${CACHE:?}/$1/$path"
      (cd "$originals" && cp -a --parents "$path" "$CACHE/$1")
    done <"$found"
    changes "$CACHE/$1" "$CACHE/$1.list" "$found"
    [ ! -s "$found" ] || return 1
  fi
  rm "$CACHE/$1.open"
}

# Whether something was changed that there is no original of; the next installation puts it aside.
lacks_originals() {
  local kind path missing=() new
  while IFS=$'\t' read -r kind path; do
    [ "$kind" = + ] || [ -e "$2/$path" ] || [ -L "$2/$path" ] || missing+=("$path")
  done <"$1"
  [ ${#missing[@]} -gt 0 ] || return 1
  WHY_NOT='Nothing to restore: scripts of the app have changed its packages, which are installed anew.'
  new=$({ cat "$CACHE/rewritten" 2>/dev/null; printf '%s\n' "${missing[@]}"; } | LC_ALL=C sort -u)
  # Who rewrites all there is has no use for originals.
  if [ "$(wc -l <<<"$new")" -le 1000 ]; then echo "$new" >"$CACHE/rewritten"; else rm -f "$CACHE/rewritten"; fi
}
