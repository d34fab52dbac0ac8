# Main packages: found, compiled and installed into bin/.

# Sets FLAGS, PACKAGES (what is installed) and MAINS ("<import path> <program>" of each).
find_packages() {
  FLAGS=(-tags heroku) MAINS=()
  if [ -n "${GO_LINKER_SYMBOL-}" ] && [ -n "$GO_LINKER_VALUE" ]; then FLAGS+=(-ldflags "-X $(quoted "$GO_LINKER_SYMBOL=$GO_LINKER_VALUE")"); fi
  if [ -d vendor ] && [ -s go.sum ]; then FLAGS+=(-mod=vendor); fi
  step 'Determining packages to install'
  read -r -a PACKAGES <<<"${GO_INSTALL_PACKAGE_SPEC:-$INSTALL}"
  if [ -n "${GO_INSTALL_PACKAGE_SPEC-}" ]; then warn 'Config var GO_INSTALL_PACKAGE_SPEC decides what is installed.'; fi
  if [ ${#PACKAGES[@]} -gt 0 ]; then
    list_mains "${PACKAGES[@]}"
    stop_at_same_names
    return
  fi
  list_mains ./...
  if [ ${#MAINS[@]} = 0 ]; then
    [ ! -f bin/go-pre-compile ] || return 0
    note failure no-main-package
    stop "There is no main package in module $MODULE, so there is nothing to run." 'Programs begin with "package main". If there is one, and build tags hide it: apps are built with the tag "heroku".'
  fi
  stop_at_same_names
  PACKAGES=("${MAINS[@]%% *}")
  step 'Detected the following main packages to install:'
  printf '%s\n' "${PACKAGES[@]}" | indent
}

# Go takes either quote, and no escapes.
quoted() { case $1 in *"'"*) echo "\"$1\"" ;; *) echo "'$1'" ;; esac; }

list_mains() {
  local log=$NOTES/go.log listed
  listed=$(go list -find "${FLAGS[@]}" -f '{{if eq .Name "main"}}{{.ImportPath}} {{.Target}}{{end}}' "$@" 2>"$log")
  local status=$?
  indent <"$log"
  [ $status = 0 ] || explain_go "$log"
  [ -z "$listed" ] || mapfile -t MAINS <<<"$listed"
}

# A program is called after its folder, and bin/ has room for one of a name: go install would leave the last, and say nothing.
stop_at_same_names() {
  local main name
  declare -A package_of
  for main in "${MAINS[@]}"; do
    name=${main##*/}
    if [ -n "${package_of[$name]-}" ]; then
      note failure same-program-name
      stop "Two programs are called $name: ${package_of[$name]} and ${main%% *}. Only one of them would be left in bin/." \
        'Rename the folder of one, or name the packages to install by "// +heroku install" in go.mod.'
    fi
    package_of[$name]=${main%% *}
  done
}

install_packages() {
  local log=$NOTES/go.log
  BEFORE=$(list_bin)
  mkdir -p bin
  [ ${#PACKAGES[@]} -gt 0 ] || return 0
  take_last_programs
  step "Running: go install -v $(shown_flags) ${PACKAGES[*]}"
  go install -v "${FLAGS[@]}" "${PACKAGES[@]}" 2>&1 | tee "$log" | indent || explain_go "$log"
  keep_programs
}

# Linking is most of the work when little has changed. Go finds in a program what it was made of, and leaves it as it is when
# it would make the same.
take_last_programs() {
  local main name
  for main in "${MAINS[@]}"; do
    name=${main##*/}
    if [ -f "$CACHE/programs/$name" ] && [ ! -e "bin/$name" ]; then cp "$CACHE/programs/$name" "bin/$name"; fi
  done
}

keep_programs() {
  local main
  rm -rf "$CACHE/programs"
  mkdir "$CACHE/programs"
  for main in "${MAINS[@]}"; do cp "bin/${main##*/}" "$CACHE/programs/"; done
}

# Values of config vars are not shown.
shown_flags() {
  local flag
  for flag in "${FLAGS[@]}"; do case $flag in -X*) printf "'-X %s=...' " "$GO_LINKER_SYMBOL" ;; *) printf '%s ' "$flag" ;; esac; done | sed 's/ $//'
}

# Without what Go says around the cause.
explain_go() {
  sed -e 's/^go: //' -e 's/; to add[^:]*:$//' -e 's/:$//' "$1" >"$1.plain"
  explain "$1.plain" "$PACK/lib/failures.tsv"
}

run_hook() {
  [ -f "$1" ] || return 0
  step "Running $1 hook"
  chmod +x "$1"
  alone "$1" 2>&1 | indent || { note failure hook; stop "$1 failed (above)."; }
}

list_bin() { [ ! -d bin ] || find bin -maxdepth 1 -type f -printf '%p %s %T@\n' | sort; }

tell_programs() {
  local programs
  programs=$(comm -13 <(echo "$BEFORE") <(list_bin) | cut -d' ' -f1)
  [ -n "$programs" ] || return 0
  step 'Installed the following binaries:'
  sed 's,^,./,' <<<"$programs" | indent
}
