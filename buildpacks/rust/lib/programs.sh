# What cargo has made, and only that, goes into the slug: target/release/<program>, which Procfiles name, and bin/<program>.

install_programs() {
  local path name source programs=() mains=()
  declare -A source_of
  mkdir -p target/release
  while IFS=$'\t' read -r path name source; do
    cp "$path" target/release/
    [ -n "$name" ] || continue
    stop_at_same_name "$name" "$source" "${source_of[$name]-}"
    source_of[$name]=$source
    programs+=("$name")
    case $source in */src/main.rs) mains+=("$name") ;; esac
  done < <(made)
  if [ ${#programs[@]} = 0 ] && [ -z "$(ls target/release)" ]; then
    note failure no-program
    stop 'Cargo has built no program: there is nothing to run.' 'Add src/main.rs, or name the workspace member that has one with RUST_CARGO_BUILD_FLAGS="--release -p NAME".'
  fi
  link_programs "${programs[@]}"
  [ ${#mains[@]} = 1 ] || mains=('')
  choose_types "${mains[0]}" "${programs[@]}"
}

# Cargo writes programs of one name to one file, where the last is left, and only warns.
stop_at_same_name() {
  [ -n "$3" ] && [ "$3" != "$2" ] || return 0
  note failure same-program-name
  stop "Two programs are called $1: ${3#/app/} and ${2#/app/}. Only one of them would be left in target/release." \
    'Rename one, in its [package] or [[bin]], and push again.'
}

# "<file> <name> <source>" of each program, and "<file>" of each library for other languages, of the app's own.
made() {
  jq -r 'select(.reason == "compiler-artifact" and (.manifest_path | startswith("/app/"))) |
    if .executable then [.executable, .target.name, .target.src_path]
    elif (.target.kind | index("cdylib")) then (.filenames[] | select(endswith(".so")) | [., "", ""])
    else empty end | @tsv' "$NOTES/artifacts" | sort -u
}

link_programs() {
  local name
  [ $# -gt 0 ] || return 0
  step 'Installed the following binaries:'
  for name in "$@"; do
    info "./target/release/$name"
    if [ -d bin ] || [ ! -e bin ]; then
      mkdir -p bin
      [ -e "bin/$name" ] || ln -s "../target/release/$name" "bin/$name"
    fi
  done
}

# One program is the web process. Of several it is the one of default-run or the only src/main.rs; the others are a type each.
choose_types() {
  local web name main=$1
  shift
  web=$(sed -n 's/^ *default-run *= *"\([^"]*\)".*/\1/p' "./$BUILD_PATH/Cargo.toml" | head -n 1)
  web=${web:-$main}
  if [ $# = 1 ]; then web=$1; fi
  for name in "$@"; do
    if [ "$name" = "$web" ]; then echo "web: ./target/release/$name"; else echo "$name: ./target/release/$name"; fi
  done >"$NOTES/default-types"
}

write_profile() {
  echo 'export PATH=$PATH:$HOME/bin' >.profile.d/rust.sh
  printf 'export %s\n' "CARGO_HOME=$CARGO_HOME" "PATH=\"$PATH:$CARGO_HOME/bin\"" >"$EXPORT_FILE"
}
