# Packages: those of an earlier build where nothing that decides about them has changed, else the package manager's work.
#
# What it installs are trees: node_modules, those of workspaces, what Plug'n'Play has instead. The cache keeps them in
# modules/<key>, and where devDependencies are pruned the rest in pruned/<key>; <key>.trees lists the paths. They are used as
# they were installed: what scripts changed meanwhile is undone (lib/pristine.sh).

install_packages() {
  TREES=() CACHE_STATE=off
  if [ "$INSTALL" = none ]; then
    run_install_scripts "${INSTALL_SCRIPTS_FIRST[@]}" "${INSTALL_SCRIPTS[@]}"
    return
  fi
  OWN_INSTALL_SCRIPTS=("${INSTALL_SCRIPTS_FIRST[@]}" "${INSTALL_SCRIPTS[@]}")
  if [ -n "$ALWAYS_INSTALL$PREBUILT" ]; then
    INSTALL_SCRIPTS_FIRST=() INSTALL_SCRIPTS=()
  elif [ ${#INSTALL_SCRIPTS_FIRST[@]} -gt 0 ]; then
    step Preinstall
    run_install_scripts "${INSTALL_SCRIPTS_FIRST[@]}"
    renew_key
  fi
  KEPT=modules/$PACKAGES_KEY PRUNED=pruned/$PACKAGES_KEY SCRIPTS=$BUILD_SCRIPT$CLEANUP${INSTALL_SCRIPTS[*]}
  local tree
  step Restoring cache
  forget_other_packages
  if [ -z "$ALWAYS_INSTALL$PREBUILT" ] && [ "${NODE_MODULES_CACHE-}" != false ] && has_trees "$KEPT"; then
    CACHE_STATE=hit
    for tree in "${TREES[@]:0:4}"; do info "- $tree"; done
    take_trees "$KEPT"
    step Installing dependencies
    info 'Nothing to install: the packages are those of the last build.'
  else
    CACHE_STATE=miss
    info "$WHY_NOT"
    step Installing dependencies
    install_anew
  fi
  [ -n "$PRUNE" ] || keep_trees "$KEPT"
  name_layers
  run_install_scripts "${INSTALL_SCRIPTS[@]}"
}
WHY_NOT='Nothing to restore: these packages have not been installed yet.'

install_anew() {
  local log=$NOTES/install.log had
  [ -z "$PREBUILT" ] || warn 'node_modules is in the repository: add it to .gitignore, and every build installs what the lockfile says.'
  had=$'\n'$(list_trees)$'\n'
  without_scripts "${INSTALL_SCRIPTS_FIRST[@]}" "${INSTALL_SCRIPTS[@]}" -- manager_install 2>&1 \
    | tee "$log" | without_noise | indent || explain "$log"
  explain_success "$log"
  [ "$MANAGER" != npm ] || mkdir -p node_modules
  mapfile -t TREES < <(list_trees | while IFS= read -r tree; do [[ $had == *$'\n'"$tree"$'\n'* ]] || echo "$tree"; done | LC_ALL=C sort)
  [ -n "$ALWAYS_INSTALL$PREBUILT" ] || remember_pristine "$KEPT"
}

# Where packages are; what comes with the app is the app's. (Yarn 2 writes .pnp.js, later ones .pnp.cjs.)
list_trees() {
  local tree
  find . -name node_modules -prune -printf '%P\n' -o -name '.?*' -prune
  for tree in .pnp.js .pnp.cjs .pnp.data.json .pnp.loader.mjs .yarn/cache .yarn/unplugged .yarn/install-state.gz; do
    [ ! -e $tree ] || echo $tree
  done
}

# A lockfile that is out of date makes npm print two pages of help; Yarn 3 tells of each package again and again that it
# will be fetched, and Yarn 1 of a function it should not use.
without_noise() {
  sed -u -e '/^npm error Clean install a project/,/^npm error Run "npm help/d' -e '/A complete log of this run/d' \
    -e '/YN0013.* will be fetched from the remote registry/d' -e '/\[DEP0169\]/d' -e '/Use .node --trace-deprecation/d'
}

# Whether the cache has all of the trees kept under a name, as they were installed; sets TREES.
has_trees() {
  local tree
  [ -f "$CACHE/$1.trees" ] && [ -f "$CACHE/$1.list" ] || return 1
  mapfile -t TREES <"$CACHE/$1.trees"
  [ ${#TREES[@]} -gt 0 ] || return 1
  for tree in "${TREES[@]}"; do [ -e "$CACHE/$1/$tree" ] && { [ -n "${2-}" ] || [ ! -e "$tree" ]; } || return 1; done
  make_pristine "$1"
}

# Moves the trees out of the cache; a build that fails has them moved back.
take_trees() {
  local tree
  for tree in "${TREES[@]}"; do
    [[ $tree != */* || -d ${tree%/*} ]] || mkdir -p "${tree%/*}"
    echo "$tree node/$1/$tree" >>"$NOTES/borrowed"
    mv "$CACHE/$1/$tree" "$tree"
    # Scripts may change what the key stands for.
    [ -z "$SCRIPTS$PRUNE" ] || [ ! -f "$CACHE/$1/$tree.key" ] || rm "$CACHE/$1/$tree.key"
  done
  expect_changes "$1"
}

# Has the trees moved into the cache when the slug is packed.
keep_trees() {
  local tree
  [ -z "$ALWAYS_INSTALL$PREBUILT" ] && [ ${#TREES[@]} -gt 0 ] || return 0
  # Notes are split at blanks.
  for tree in "${TREES[@]}"; do [[ $tree != *[[:space:]]* ]] || return 0; done
  [ -d "$CACHE/${1%/*}" ] || mkdir -p "$CACHE/${1%/*}"
  printf '%s\n' "${TREES[@]}" >"$CACHE/$1.trees"
  for tree in "${TREES[@]}"; do echo "$tree node/$1/$tree" >>"$NOTES/keep"; done
  expect_changes "$1"
}

# Packages of one lockfile are kept for each app; the others go when this build has succeeded.
forget_other_packages() {
  local each
  for each in "$CACHE"/{modules,pruned,originals}/*; do
    case ${each##*/} in "$PACKAGES_KEY" | "$PACKAGES_KEY".*) ;; *) echo "node/${each#"$CACHE/"}" >>"$NOTES/forget" ;; esac
  done
}

# Directories of packages are sent as layers of their own: the few large ones, and not one for each workspace.
name_layers() {
  local tree place=''
  [ -z "$PREBUILT" ] || return 0
  for tree in "${TREES[@]:0:8}"; do
    [ -n "$ALWAYS_INSTALL$PRUNE" ] || place=node/$KEPT/$tree
    [ ! -d "$tree" ] || [[ $tree == *[[:space:]]* ]] || echo "dir $tree $place" >>"$NOTES/layers"
  done
}
