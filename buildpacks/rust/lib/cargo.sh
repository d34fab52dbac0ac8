# Crates and programs, by cargo.

# Both are used where they are kept: cargo knows what is whole in them.
use_caches() {
  export CARGO_HOME=$CACHE/home CARGO_TARGET_DIR=$CACHE/target
  # git itself knows the certificates and proxies of the build.
  export CARGO_NET_GIT_FETCH_WITH_CLI=true GIT_TERMINAL_PROMPT=0 CARGO_TERM_PROGRESS_WHEN=never
  mkdir -p "$CARGO_HOME"
}

cargo_build() {
  local log=$NOTES/cargo.log artifacts=$NOTES/artifacts flags=()
  read -r -a flags <<<"$RUST_CARGO_BUILD_FLAGS"
  [ "$(type -t cargo)" = file ] || stop 'cargo is not there.' 'The operator has to make the stack anew.'
  if [ -f "./$BUILD_PATH/Cargo.lock" ] || [ -f Cargo.lock ]; then
    case " ${flags[*]} " in *' --locked '* | *' --frozen '*) ;; *) flags+=(--locked) ;; esac
  else
    warn 'No Cargo.lock: each build may take other versions of crates. Run "cargo generate-lockfile", and commit it.'
  fi
  rm -rf target
  forget_old_target
  step "Building application using Cargo: cargo build ${flags[*]}"
  enter_home || stop 'The source could not be copied to where it is compiled.'
  (cd "/app/$BUILD_PATH" && cargo build "${flags[@]}" --message-format=json-render-diagnostics 2>&1 >"$artifacts") | tee "$log" | indent
  local status=$?
  leave_home
  [ $status = 0 ] || explain_cargo "$log"
  [ -f "$CACHE/size" ] || du -sm "$CARGO_TARGET_DIR" | cut -f1 >"$CACHE/size"
}

# Compiled in /app, where the app will be in a dyno: programs know the directory they were compiled in, and cargo compiles
# anew what was elsewhere the last time. It goes by files' times: they are those of the build that first saw the content.
enter_home() {
  local name
  WENT_HOME=() WAS_HOME=(/app/*)
  WAS_HOME=("${WAS_HOME[@]##*/}")
  for name in *; do
    case $name in .slipway | .heroku | .profile.d | target) continue ;; esac
    [ -e "/app/$name" ] || WENT_HOME+=("$name")
  done
  perl "$PACK/lib/copy-source.pl" "$BUILD" /app "$CACHE/sources" "${WENT_HOME[@]}" && touch "$NOTES/entered"
}

leave_home() {
  local name
  # Something new at the top is the app's too; what begins with a dot there, tools keep for themselves.
  for name in /app/[^.]*; do
    name=${name##*/}
    [[ " ${WAS_HOME[*]} ${WENT_HOME[*]} " == *" $name "* ]] || WENT_HOME+=("$name")
  done
  take_generated "$NOTES/artifacts"
  for name in "${WENT_HOME[@]}"; do rm -rf "/app/$name"; done
}

# What build scripts have put among the source belongs to the app. They have to run again then the next time, whatever cargo
# thinks: the source comes without it.
take_generated() {
  local generated name
  generated=$(cd /app && find "${WENT_HOME[@]}" -newer "$NOTES/entered" -type f ! -name Cargo.lock)
  [ -n "$generated" ] || return 0
  (cd /app && find "${WENT_HOME[@]}" -newer "$NOTES/entered" -type f -exec cp --parents -t "$BUILD" {} +)
  own_packages "$1" | while read -r name; do
    find "$CARGO_TARGET_DIR" -maxdepth 4 -path "*/.fingerprint/$name-*" -prune -exec rm -rf {} +
  done
}

own_packages() { jq -r '.package_id // empty | select(startswith("path+"))' "$1" | sed -E -e 's/.*#([^@]+)@.*/\1/' -e t -e 's,.*/([^/#]+)#.*,\1,' | sort -u; }

# Cargo keeps all it ever compiled. When that is three times what the app needed at first, the next change of Cargo.lock or of
# Rust starts anew.
forget_old_target() {
  local sum first size
  sum=$(cat Cargo.lock "./$BUILD_PATH/Cargo.lock" 2>/dev/null | sha256sum)
  sum="$RUST_VERSION ${sum%% *}"
  if [ -f "$CACHE/lock" ] && [ "$(<"$CACHE/lock")" != "$sum" ] && [ -f "$CACHE/size" ] && [ -d "$CARGO_TARGET_DIR" ]; then
    first=$(<"$CACHE/size")
    size=$(du -sm "$CARGO_TARGET_DIR" | cut -f1)
    if [ "$size" -gt $((3 * first + 100)) ]; then rm -rf "$CARGO_TARGET_DIR" "$CACHE/size"; fi
  fi
  echo "$sum" >"$CACHE/lock"
}

# An error together with its place, which cargo puts on the next line.
explain_cargo() {
  sed -E '/^error/ { N; s/\n +--> (.*)$/ (\1)/ }' "$1" >"$1.plain"
  explain "$1.plain" "$PACK/lib/failures.tsv"
}

install_diesel() {
  local flags=() log=$NOTES/cargo.log
  read -r -a flags <<<"$DIESEL_FLAGS"
  step 'Installing diesel'
  CARGO_TARGET_DIR=$CACHE/diesel-target cargo install diesel_cli --locked --root "$CACHE/tools" "${flags[@]}" 2>&1 | tee "$log" | indent || explain_cargo "$log"
  rm -rf "$CACHE/diesel-target"
  mkdir -p target/release
  cp "$CACHE/tools/bin/diesel" target/release/
}
