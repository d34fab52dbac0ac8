# Gems: those of an earlier build where nothing that decides about them has changed, else Bundler.

install_gems() {
  # What Ruby itself calls the versions that share compiled gems.
  ABI=${RUBY%.*}.0
  use_bundler_settings
  if [ -z "$INSTALL" ]; then
    info 'Gemfile.lock names no gems: nothing to install.'
    return
  fi
  remove_committed
  local kept=gems/$GEMS_KEY
  if [ -d "$CACHE/$kept" ]; then
    mkdir -p vendor && mv "$CACHE/$kept" vendor/bundle
    echo "vendor/bundle ruby/$kept" >>"$NOTES/borrowed"
    read -r BUNDLER_VERSION <vendor/bundle/.bundler-version
    export BUNDLER_VERSION
    step "Installing dependencies using bundler $BUNDLER_VERSION"
    info 'Nothing to install: the gems are those of the last build.'
    note gems reused
  else
    take_older_gems
    choose_bundler
    step "Installing dependencies using bundler $BUNDLER_VERSION"
    bundle_install
    tidy_gems
    note gems installed
  fi
  export GEM_PATH=$BUNDLE_PATH/ruby/$ABI:
  note bundler_version "$BUNDLER_VERSION"
  # Unpacked now: a slug need not have them twice.
  rm -f vendor/cache/*.gem
  forget_other_gems
  echo "vendor/bundle ruby/$kept" >>"$NOTES/keep"
  echo 'dir vendor/bundle' >>"$NOTES/layers"
}

use_bundler_settings() {
  export BUNDLE_GEMFILE=$BUILD/Gemfile BUNDLE_PATH=$BUILD/vendor/bundle BUNDLE_BIN=$BUILD/vendor/bundle/bin BUNDLE_DEPLOYMENT=1 BUNDLE_WITHOUT=$WITHOUT
  export BUNDLE_CLEAN=1 BUNDLE_IGNORE_FUNDING_REQUESTS=1 BUNDLE_SILENCE_ROOT_WARNING=1 MAKEFLAGS=${MAKEFLAGS:--j2}
  # Bundler breaks its sentences at this width, anywhere: failures are known by whole ones.
  export THOR_COLUMNS=10000
}

# Settings and gems that belong to the developer's machine.
remove_committed() {
  if [ -f .bundle/config ]; then
    warn '.bundle/config is in the repository: it is left out, settings are config vars here (BUNDLE_WITHOUT and so on).'
    rm -rf .bundle
  fi
  if [ -e vendor/bundle ]; then
    warn 'vendor/bundle is in the repository: add it to .gitignore, gems are installed anew.'
    rm -rf vendor/bundle
  fi
}

# Gems of an earlier Gemfile.lock need not be fetched and compiled again; links, so that the cache keeps its own.
take_older_gems() {
  local each
  for each in "$CACHE"/gems/*; do
    [ -d "$each/ruby/$ABI" ] || continue
    mkdir -p vendor && cp -al "$each" vendor/bundle && rm -f vendor/bundle/.bundler-version
    return
  done
}

bundle_install() {
  local log=$NOTES/bundle.log
  if [ -n "$VENDORED" ]; then
    info 'Running: bundle install --local (gems of vendor/cache)'
    if bundle install --local >"$log" 2>&1; then said <"$log"; return; fi
    name_failure "$log" "$PACK/lib/failures.tsv"
    case $FAILURE in gem-missing | gem-gone) ;; *) said <"$log"; explain "$log" "$PACK/lib/failures.tsv" ;; esac
    info "vendor/cache does not have them all: $FAILURE_LINE"
  fi
  info "Running: bundle install${BUNDLE_WITHOUT:+ (without $BUNDLE_WITHOUT)}"
  # Where there is a vendor/cache, Bundler would not ask the registry.
  BUNDLE_CACHE_PATH=.slipway/cache bundle install 2>&1 | tee "$log" | said || explain "$log" "$PACK/lib/failures.tsv"
}

# What is new of what Bundler says, without where in its own code it was.
said() { sed -u -E -e '/^(Using |Cannot write a changed lockfile while frozen)/d' -e '/^ *\/usr\/lib\/ruby\/.*:[0-9]+:in/d' -e "/^ *[\`']?[a-z_ ]+'\$/d" -e "s,$BUILD/,," | indent; }

# The same gems give the same files: without traces of compiling, and with one time.
tidy_gems() {
  local each gem
  rm -rf vendor/bundle/ruby/*/cache
  for each in vendor/bundle/ruby/*/extensions/*/*/*/; do
    [ -d "$each" ] || continue
    gem=$(basename "$each")
    find "$each" vendor/bundle/ruby/*/gems/"$gem" -type f \( -name mkmf.log -o -name gem_make.out -o -path '*/ext/*.o' -o -path '*/ext/*/Makefile' \) -delete
    find "$each" vendor/bundle/ruby/*/gems/"$gem" -type f -name '*.so' -links 1 -exec strip --strip-debug --remove-section=.note.gnu.build-id {} +
  done
  # Gems from git: what they need of it has been read.
  rm -rf vendor/bundle/ruby/*/bundler/gems/*/.git
  mkdir -p vendor/bundle && echo "$BUNDLER_VERSION" >vendor/bundle/.bundler-version
  find vendor/bundle -exec touch -h -d @499162500 {} +
}

# One tree of gems is kept for each app; the others go when this build has succeeded.
forget_other_gems() {
  local each
  for each in "$CACHE"/gems/*; do
    [ -d "$each" ] && [ "${each##*/}" != "$GEMS_KEY" ] && echo "ruby/gems/${each##*/}" >>"$NOTES/forget"
  done
  true
}
