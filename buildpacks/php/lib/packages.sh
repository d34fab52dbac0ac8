# Packages: the vendor directory of an earlier build where nothing that decides about it has changed, else Composer.

# Settings for every call of Composer. What it downloads stays in the app's cache; tokens do not.
use_composer_settings() {
  export COMPOSER_HOME=$CACHE/composer COMPOSER_CACHE_DIR=$CACHE/composer/cache COMPOSER_NO_INTERACTION=1 COMPOSER_PROCESS_TIMEOUT=${COMPOSER_PROCESS_TIMEOUT:-0}
  export COMPOSER_MEMORY_LIMIT=${COMPOSER_MEMORY_LIMIT:--1} COMPOSER_MIRROR_PATH_REPOS=${COMPOSER_MIRROR_PATH_REPOS:-1}
  # Heroku's older way to give a token.
  if [ -z "${COMPOSER_AUTH-}" ] && [[ ${COMPOSER_GITHUB_OAUTH_TOKEN-} =~ ^[A-Za-z0-9_]+$ ]]; then
    export COMPOSER_AUTH="{\"github-oauth\":{\"github.com\":\"$COMPOSER_GITHUB_OAUTH_TOKEN\"}}"
  fi
}

install_packages() {
  [ -n "$COMPOSER_FILE" ] || return 0
  local kept=vendor/$PACKAGES_KEY known=''
  step Installing dependencies
  forget_other_packages
  if [ -e "$VENDOR_DIR" ]; then
    warn "$VENDOR_DIR is in the repository: Composer completes it. Better add it to .gitignore."
    note cache committed
    install_or_dump
    return
  fi
  if [ -d "$CACHE/$kept" ]; then
    mkdir -p "$(dirname "$VENDOR_DIR")" && mv "$CACHE/$kept" "$VENDOR_DIR"
    echo "$VENDOR_DIR php/$kept" >>"$NOTES/borrowed"
    [ ! -f "$CACHE/autoload" ] || read -r known <"$CACHE/autoload"
    note cache reused
    reuse_packages "$known"
  else
    note cache none
    install_or_dump
  fi
  echo "$PACKAGES_KEY/$AUTOLOAD_KEY" >"$CACHE/autoload"
  echo "$VENDOR_DIR php/$kept" >>"$NOTES/keep"
  echo "dir $VENDOR_DIR" >>"$NOTES/layers"
}

# The packages are there: what is left are the app's own scripts, and its classes in the autoloader.
reuse_packages() {
  if [ -n "$RUNS_SCRIPTS" ]; then
    install_or_dump
    return
  fi
  info 'Nothing to install: the packages are those of the last build.'
  [ "$1" = "$PACKAGES_KEY/$AUTOLOAD_KEY" ] || run_composer dump-autoload --no-dev --optimize
}

# Without a lockfile there is nothing to install, but an autoloader to make.
install_or_dump() {
  if [ -n "$COMPOSER_LOCK" ]; then
    [ -e "$VENDOR_DIR" ] || check_places
    run_composer install --no-dev --prefer-dist --optimize-autoloader --no-progress
  else
    run_composer dump-autoload --no-dev --optimize
  fi
}

run_composer() {
  local log=$NOTES/composer.log
  # Composer gives the autoloader's classes a name by chance, unless it is told one: equal sources give equal slugs.
  mkdir -p "$COMPOSER_HOME" && echo "{\"config\":{\"autoloader-suffix\":\"$PACKAGES_KEY\"}}" >"$COMPOSER_HOME/config.json"
  info "\$ composer $*"
  # Composer breaks lines to fit a terminal, and tells its options when it fails.
  COLUMNS=400 alone /usr/bin/php /usr/bin/composer "$@" --no-interaction --no-ansi 2>&1 | tee "$log" | sed -u -e 's/ *$//' -e "/^$1 \[/d" | indent || explain "$log" $PACK/lib/failures.tsv
}

# One tree of packages is kept for each app; the others go when this build has succeeded.
forget_other_packages() {
  local each
  for each in "$CACHE"/vendor/*; do
    [ -d "$each" ] && [ "${each##*/}" != "$PACKAGES_KEY" ] && echo "php/vendor/${each##*/}" >>"$NOTES/forget"
  done
  true
}

run_compile_script() {
  [ -n "$COMPILE_SCRIPT" ] || return 0
  step "Running 'composer compile'"
  run_composer run-script --no-dev --timeout=0 compile
}
