# Which Bundler: the stack's own for every lockfile that it or an older one wrote, else the one that wrote it, if it can be had.

# Sets BUNDLER_VERSION, which also keeps Bundler from looking for another of itself, now and when a dyno starts.
choose_bundler() {
  local own
  own=$(cd / && ruby -e 'puts Gem::Specification.find_all_by_name("bundler").map(&:version).max')
  BUNDLER_VERSION=$own
  if is_newer "$BUNDLED_WITH" "$own"; then fetch_bundler || warn "Bundler $BUNDLED_WITH (BUNDLED WITH in Gemfile.lock) can't be had for Ruby $RUBY; $own does its work."; fi
  export BUNDLER_VERSION
}

is_newer() { [ -n "$1" ] && [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]; }

fetch_bundler() {
  local source=(bundler --version "$BUNDLED_WITH") file=vendor/cache/bundler-$BUNDLED_WITH.gem
  [[ $BUNDLED_WITH =~ ^[0-9A-Za-z.]+$ ]] || return 1
  if [ -f "$file" ]; then source=(--local "$file"); elif [ -n "$VENDORED" ]; then return 1; fi
  timeout 60 gem install "${source[@]}" --install-dir "$BUNDLE_PATH/ruby/$ABI" --bindir "$BUNDLE_BIN" --no-document --quiet >"$NOTES/bundler.log" 2>&1 || return 1
  export GEM_PATH=$BUNDLE_PATH/ruby/$ABI:
  BUNDLER_VERSION=$BUNDLED_WITH
}
