# devDependencies are there for the build, and not in the slug.
#
# The cache keeps the packages with and without them. Where the build left them alone, those without take the place of
# the others, which costs nothing; where it wrote into them (generated code, say), they are pruned as they are now.

prune_packages() {
  [ -n "$PRUNE" ] && [ "$INSTALL" != none ] || return 0
  step Pruning devDependencies
  local log=$NOTES/prune.log with=("${TREES[@]}")
  if [ $CACHE_STATE = hit ] && has_trees_beside "$PRUNED" && ! was_changed; then
    give_trees_back "${with[@]}"
    take_trees "$PRUNED"
    info 'Nothing to prune: these are the packages of the last build without them.'
  else
    copy_trees "${with[@]}"
    manager_prune >"$log" 2>&1 || { indent <"$log"; explain "$log"; }
    without_noise <"$log" | indent
    remaining_trees "${with[@]}"
  fi
  keep_trees "$PRUNED"
}

# As has_trees, while those with devDependencies are in their places.
has_trees_beside() {
  local tree
  [ -f "$CACHE/$1.trees" ] || return 1
  mapfile -t TREES <"$CACHE/$1.trees"
  for tree in "${TREES[@]}"; do [ -e "$CACHE/$1/$tree" ] || { TREES=("${with[@]}"); return 1; }; done
}

# Whether the build has changed a file of the packages. Caches and notes of tools in there don't count.
was_changed() {
  [ -n "$(find "${with[@]}" -path '*/node_modules/.cache' -prune -o -path '*/node_modules/.vite*' -prune -o -path '*/node_modules/.pnpm-*' -prune -o -not -name node_modules -cnewer "$NOTES/installed" -print -quit)" ]
}

give_trees_back() {
  local tree
  for tree in "$@"; do mv "$tree" "$CACHE/$KEPT/$tree"; done
}

# The packages as they are now go into the cache as links, and the pruning happens to the others.
copy_trees() {
  local tree place=$CACHE/$KEPT
  [ -z "$ALWAYS_INSTALL$PREBUILT" ] && [ $# -gt 0 ] || return 0
  rm -rf "$place.new"
  for tree in "$@"; do
    mkdir -p "$place.new/$(dirname "$tree")"
    cp -al "$tree" "$place.new/$tree"
    own_notes "$tree" "$place.new/$tree"
  done
  rm -rf "$place"
  mv "$place.new" "$place"
  printf '%s\n' "$@" >"$place.trees"
}

# What package managers write down about a tree they write in place: both trees need their own.
own_notes() {
  local file
  [ ! -f "$1" ] || cp -p --remove-destination "$1" "$2"
  for file in "$1"/.[!.]* "$1"/.pnpm/*; do
    [ ! -f "$file" ] || [ -L "$file" ] || cp -p --remove-destination "$file" "$2${file#"$1"}"
  done
}

remaining_trees() {
  local tree
  TREES=()
  for tree in "$@"; do [ ! -e "$tree" ] || TREES+=("$tree"); done
}
