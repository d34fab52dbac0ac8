# PHP in the dyno: the stack's packages as a layer, the start scripts of the web servers, and what a dyno sources.

use_runtime() {
  info "require.php ($([ -n "$COMPOSER_FILE" ] && echo "$COMPOSER_FILE" || echo no composer.json)): ${PHP_WANTED:-unspecified}"
  info "Using PHP $PHP_VERSION, the stack's own"
  echo "runtime php $PHP_VERSION" >>"$NOTES/layers"
}

# Procfiles name them by PATH, or as the package that Heroku puts into vendor has them.
install_start_scripts() {
  local directory name up
  mkdir -p .heroku/php .profile.d
  cp -r $PACK/serve/* .heroku/php/
  printf '%s\n' '# Where Composer has its directories, below the app.' "COMPOSER_VENDOR_DIR=$VENDOR_DIR" "COMPOSER_BIN_DIR=$BIN_DIR" >.heroku/php/lib/composer.sh
  for directory in "$BIN_DIR" "$VENDOR_DIR/heroku/heroku-buildpack-php/bin"; do
    up=${directory//[^\/]/}
    up=../${up//\//..\/}
    mkdir -p "$directory"
    for name in heroku-php-apache2 heroku-php-nginx; do
      ln -sfn "$up.heroku/php/bin/$name" "$directory/$name"
    done
  done
}

write_profile() {
  printf '%s\n' "export PATH=\"\$HOME/.heroku/php/bin:\$HOME/$BIN_DIR:\$PATH\"" \
    '# The distribution'\''s settings first, then those that fit a dyno.' \
    'export PHP_INI_SCAN_DIR="${PHP_INI_SCAN_DIR-:$HOME/.heroku/php/conf.d}"' >.profile.d/php.sh
  # Another buildpack's count of processes is of its own kind; the file has the same name in all of them.
  : >.profile.d/WEB_CONCURRENCY.sh
  printf '%s\n' "export PATH=\"$BUILD/$BIN_DIR:\$PATH\"" >"$EXPORT_FILE"
}

choose_web() {
  local web="heroku-php-apache2${DOCUMENT_ROOT:+ $DOCUMENT_ROOT}"
  echo "$web" >"$NOTES/php-web"
  [ -f Procfile ] || info "NOTICE: No Procfile, using 'web: $web'."
}
