# Assets: rake assets:precompile, unless nothing that it may read has changed since the last time.

# What it writes to, as far as it is known.
ASSET_DIRS=(public/assets public/packs public/vite app/assets/builds)

precompile_assets() {
  [ -z "$RAILS" ] || mkdir -p tmp/pids log
  [ -n "$ASSETS" ] || return 0
  local manifests=(public/assets/*manifest*.json public/assets/.*manifest*.json) key known='' found
  step 'Preparing app for Rails asset pipeline'
  for found in "${manifests[@]}"; do
    [ -f "$found" ] && { info 'A manifest is in public/assets: the assets have been made already.'; note assets committed; return; }
  done
  key=$(assets_key)
  [ ! -f "$CACHE/assets-key" ] || read -r known <"$CACHE/assets-key"
  restore_assets
  if [ "$key" = "$known" ]; then
    restore_node_modules
    info 'Nothing to make: the assets are those of the last build.'
    note assets reused
  else
    MODULES=''
    [ -e node_modules ] || MODULES=1
    make_assets "$key"
  fi
  keep_node_modules
  for found in "${ASSET_DIRS[@]}"; do echo "$found ruby/assets/$found" >>"$NOTES/keep"; done
}

restore_assets() {
  local dir
  for dir in "${ASSET_DIRS[@]}"; do
    [ -d "$CACHE/assets/$dir" ] || continue
    if [ -e "$dir" ]; then
      cp -a --no-clobber "$CACHE/assets/$dir/." "$dir"
    else
      mkdir -p "$(dirname "$dir")" && mv "$CACHE/assets/$dir" "$dir"
      echo "$dir ruby/assets/$dir" >>"$NOTES/borrowed"
    fi
  done
}

# What the task has had installed of JavaScript is in the slug of the builds that follow too, until it runs again.
restore_node_modules() {
  MODULES=''
  [ -d "$CACHE/assets/node_modules" ] && [ ! -e node_modules ] || return 0
  MODULES=1
  mv "$CACHE/assets/node_modules" node_modules
  echo 'node_modules ruby/assets/node_modules' >>"$NOTES/borrowed"
}

keep_node_modules() {
  if [ -n "$MODULES" ] && [ -d node_modules ]; then
    echo 'node_modules ruby/assets/node_modules' >>"$NOTES/keep"
    echo 'dir node_modules' >>"$NOTES/layers"
  elif [ -d "$CACHE/assets/node_modules" ]; then
    echo ruby/assets/node_modules >>"$NOTES/forget"
  fi
}

run_rake() { (dress_for_assets && exec bundle exec rake "$@"); }

make_assets() {
  local log=$NOTES/rake.log start=$NOTES/assets-began began=${EPOCHREALTIME/./} tasks=(assets:precompile)
  [ -z "$CLEANS_ASSETS" ] || tasks+=(assets:clean)
  rm -f "$CACHE/assets-key"
  [ ! -d "$CACHE/sprockets" ] || { mkdir -p tmp/cache && mv "$CACHE/sprockets" tmp/cache/assets; }
  use_yarn
  date_sources "$1"
  touch "$start"
  info "Running: rake ${tasks[*]}"
  if ! alone run_rake "${tasks[@]}" 2>&1 | tee "$log" | said; then
    if grep -q "Don't know how to build task 'assets:precompile'" "$log"; then
      info 'The app has no such task: nothing to make.'
    else
      explain_load_error "$log"
      explain "$log" "$PACK/lib/failures.tsv"
    fi
  fi
  info "Asset precompilation completed ($(( (${EPOCHREALTIME/./} - began) / 1000000 ))s)"
  note assets made
  [ ! -d tmp/cache/assets ] || mv tmp/cache/assets "$CACHE/sprockets"
  rm -rf tmp/cache log/*.log
  # What wrote elsewhere has to run each time.
  [ -n "$(made_elsewhere "$start")" ] || echo "$1" >"$CACHE/assets-key"
}

# A file that isn't there is missing to whoever loads it: of those that only load for others, the first that does not.
who_loads() {
  awk '/cannot load such file -- / { file = $NF; next }
    file == "" || !/:[0-9]+:in / { next }
    /<internal:|\/usr\/lib\/ruby\/|\/gems\/(rake|bootsnap|zeitwerk|activesupport|railties|bundler)-[0-9]/ { next }
    { if (match($0, /vendor\/bundle\/ruby\/[^\/]+\/gems\/[^\/]+/)) { gem = substr($0, RSTART, RLENGTH); sub(/.*\//, "", gem); print gem, file }; exit }' "$1"
}

explain_load_error() {
  local gem file
  read -r gem file < <(who_loads "$1") || return 0
  note failure gem-load
  stop "The gem $gem loads $file, which it has not brought: add the gem with that file to the Gemfile, or take another version of ${gem%-*}."
}

# Sprockets takes a file of the same time for the same file, but all files of a commit, or of an archive, may have one time.
# So the time says what the files say.
date_sources() {
  asset_sources | grep -z -v '^\./public/' | xargs -0 -r touch -h -d "@$((978307200 + 16#${1:0:7}))" --
}

# What a build needs of the world in which the app runs: no database is asked, and no secret but its own.
dress_for_assets() {
  [ -z "$DATABASE" ] || export DATABASE_URL=${DATABASE_URL:-$DATABASE}
  [ -n "${RAILS_MASTER_KEY-}" ] || [ -f config/master.key ] || export SECRET_KEY_BASE=${SECRET_KEY_BASE:-$(app_secret)}
  export PATH=$PATH:$BUILD/bin
  [ -z "${RUBYLIB-}" ] || RUBYLIB=$(in_build "$RUBYLIB")
  export RAILS_GROUPS=${RAILS_GROUPS:-assets} DISABLE_SPRING=1
}

made_elsewhere() {
  local dir prune=(-path ./tmp -o -path ./log -o -path ./node_modules -o -path ./vendor/bundle -o -path ./.slipway)
  for dir in "${ASSET_DIRS[@]}"; do prune+=(-o -path "./$dir"); done
  find . \( "${prune[@]}" \) -prune -o -type f -newer "$1" -print -quit
}

# Rails calls the package manager whose lockfile there is; npm comes with the stack.
use_yarn() {
  local version=1.22.22 place=/opt/slipway/runtimes/yarn/1.22.22
  [ -f yarn.lock ] && [ -f package.json ] && ! command -v yarn >/dev/null || return 0
  if ! grep -q '^# yarn lockfile v1' yarn.lock; then
    warn 'Yarn 2 and later comes with the Node.js buildpack: paas buildpacks:set slipway/nodejs, then paas buildpacks:add slipway/ruby.'
  elif [ -d $place ] || request toolchain yarn $version; then
    uses yarn $version
    PATH+=:$place/bin
  else
    warn "Yarn $version can't be had: $ANSWER"
  fi
}
