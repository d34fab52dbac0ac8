# What is to be done, as plan.php reads it out of composer.json and composer.lock.

make_plan() {
  local answer
  answer=$(/usr/bin/php -d display_errors=stderr $PACK/lib/plan.php "$BUILD" "${COMPOSER:-composer.json}") || {
    [[ $answer =~ ^failure=([a-z-]+)$ ]] && note failure "${BASH_REMATCH[1]}"
    exit 1
  }
  eval "$answer"
  note php_version "$PHP_VERSION"
}
