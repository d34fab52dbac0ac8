# devDependencies are there for the build, and not in the slug.
#
# The cache keeps the packages with and without them. Those without take the place of the others, which costs nothing; what
# scripts have changed among them (generated code, say) is carried over.

prune_packages() {
  [ -n "$PRUNE$PRUNE_NOT" ] && [ "$INSTALL" != none ] || return 0
  step Pruning devDependencies
  if [ -n "$PRUNE_NOT" ]; then
    info "Skipping because $PRUNE_NOT"
    return
  fi
  local log=$NOTES/prune.log with=("${TREES[@]}") changed=$NOTES/changed
  [ -n "$ALWAYS_INSTALL$PREBUILT" ] || [ ${#TREES[@]} = 0 ] || changes . "$CACHE/$KEPT.list" "$changed"
  if [ $CACHE_STATE = hit ] && can_be_carried && has_trees "$PRUNED" beside; then
    give_trees_back "${with[@]}"
    take_trees "$PRUNED"
    carry_over
    info 'Nothing to prune: these are the packages of the last build without them.'
  else
    TREES=("${with[@]}")
    copy_trees "${with[@]}"
    without_scripts "${OWN_INSTALL_SCRIPTS[@]}" -- manager_prune >"$log" 2>&1 || { indent <"$log"; explain "$log"; }
    without_noise <"$log" | indent
    remaining_trees "${with[@]}"
    [ -f "$changed" ] && can_be_carried || return 0
    list_pruned
  fi
  keep_trees "$PRUNED"
}

# Not the notes of package managers: a build that has installed more is pruned as it is.
can_be_carried() {
  local notes='/\.package-lock\.json|/\.yarn-integrity|/\.yarn-state\.yml|/\.modules\.yaml|/\.pnpm/lock\.yaml'
  ! grep -qE "($notes|\\.pnp\\.c?js|install-state\\.gz)\$" "$changed"
}

give_trees_back() {
  local tree
  for tree in "$@"; do mv "$tree" "$CACHE/$KEPT/$tree"; done
}

# Into packages that are there without devDependencies too.
carry_over() {
  local kind path
  while IFS=$'\t' read -r kind path; do
    [ -d "${path%/*}" ] || continue
    case $kind in
      +) [ -e "$path" ] || cp -a "$CACHE/$KEPT/$path" "$path" ;;
      -) rm -rf "$path" ;;
      *) rm -rf "$path" && cp -a "$CACHE/$KEPT/$path" "$path" ;;
    esac
  done <"$changed"
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
  expect_changes "$KEPT"
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

# Notes what the pruned packages are, but for what scripts changed before the pruning.
list_pruned() {
  [ ${#TREES[@]} -gt 0 ] || return 0
  mkdir -p "$CACHE/${PRUNED%/*}"
  awk -F'\t' -v OFS='\t' '
    FILENAME == ARGV[1] { how[$2] = $1; next }
    FILENAME == ARGV[2] { if (how[$1] == "~") was[$1] = $0; else if (how[$1] == "-") gone[$1] = $0; next }
    how[$1] == "+" { next }
    { print how[$1] == "~" ? was[$1] : $0; if ($2 == "d") has[$1] }
    END { for (path in gone) { above = path; sub("/[^/]*$", "", above); if (above in has) print gone[path] } }
  ' "$changed" "$CACHE/$KEPT.list" <(list_files .) | LC_ALL=C sort >"$CACHE/$PRUNED.list"
  rm -f "$CACHE/$PRUNED.open"
}
