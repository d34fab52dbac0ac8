# The toolchain that all apps of the platform share, read-only, and the caches that are this app's own.

use_toolchain() {
  if [ -d "$RUNTIMES/$GO_VERSION" ]; then
    step "Using go$GO_VERSION"
  else
    step "Installing go$GO_VERSION"
    info 'No app has used it here before: it is fetched, and its standard library compiled, once for all.'
    request toolchain go "$GO_VERSION" || use_another_patch
  fi
  uses go "$GO_VERSION"
  export GOROOT=$RUNTIMES/$GO_VERSION GOTOOLCHAIN=local
  export PATH=$GOROOT/bin:$PATH
  note go_version "$GO_VERSION"
  note go_version_origin "$ORIGIN"
}

# The go directive names the least that will do; what is asked for otherwise is meant as it is written.
use_another_patch() {
  local failure=$ANSWER newest
  list_fresh_versions
  newest=$(newest_of "1.$MINOR")
  if [ "$ORIGIN" != 'go in go.mod' ] || [ -z "$newest" ] || ! is_older "$GO_VERSION" "$newest"; then
    refuse_version "Go $GO_VERSION ($ORIGIN) can't be had: $failure." "$(alternatives)"
  fi
  warn "Go $GO_VERSION can't be had: $failure. The app gets Go $newest, which go.mod allows."
  GO_VERSION=$newest
  [ -d "$RUNTIMES/$newest" ] || request toolchain go "$newest" || refuse_version "Go $newest can't be had: $ANSWER." 'Push again.'
}

# Both are used where they are kept: what is in them is known by its content, and an unfinished build leaves no harm there.
use_caches() {
  local build=build-$GO_VERSION each
  export GOPATH=$CACHE/path GOCACHE=$CACHE/$build GOBIN=$BUILD/bin GOENV=off
  if [ "${GO_SETUP_GOPATH_FOR_MODULE_CACHE-}" = true ]; then export GOPATH=$BUILD/.heroku/go-path; fi
  export GOMODCACHE=$GOPATH/pkg/mod
  # Directories that can be removed later, and no path of this build in what is compiled: equal sources give equal programs.
  if [ "$MINOR" -ge 14 ]; then export GOFLAGS="-modcacherw -trimpath${GOFLAGS:+ $GOFLAGS}"; fi
  for each in "$CACHE"/build-*; do [ "$each" = "$GOCACHE" ] || echo "go/${each##*/}" >>"$NOTES/forget"; done
  if [ ! -d "$GOCACHE" ] && [ -d "$GOROOT-build-cache" ]; then
    rm -rf "$GOCACHE.new"
    cp -r "$GOROOT-build-cache" "$GOCACHE.new" && mv "$GOCACHE.new" "$GOCACHE"
  fi
  forget_old_modules
}

# Go itself clears its build cache of what was not used for days. Modules it keeps for ever: after twenty changes of go.sum
# the next build fetches those it needs anew.
forget_old_modules() {
  local sum seen=()
  [ -f go.sum ] || return 0
  read -r sum _ < <(sha256sum <go.sum)
  [ ! -f "$CACHE/sums" ] || mapfile -t seen <"$CACHE/sums"
  case " ${seen[*]} " in *" $sum "*) return 0 ;; esac
  if [ ${#seen[@]} -ge 20 ]; then
    rm -rf "$CACHE/path"
    seen=()
  fi
  printf '%s\n' "${seen[@]}" "$sum" >"$CACHE/sums"
}
