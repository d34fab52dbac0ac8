# The configurations of PHP-FPM, Apache and nginx, written when the dyno starts.

write_fpm_config() {
  cat >"$TEMP/fpm.conf" <<END
[global]
daemonize = no
error_log = /proc/self/fd/2
log_level = $([ -n "$VERBOSE$DUMPS_FPM" ] && echo notice || echo warning)
log_limit = 8192
process_control_timeout = 25
[www]
listen = $FPM_SOCKET
pm = ondemand
pm.max_children = $CHILDREN
pm.process_idle_timeout = 300
clear_env = no
slowlog = /proc/self/fd/2
request_slowlog_timeout = 3s
request_terminate_timeout = 30s
catch_workers_output = yes
decorate_workers_output = no
php_value[error_log] = /proc/self/fd/2
${FPM_INCLUDE:+include = $FPM_INCLUDE}
END
}

write_apache2_config() {
  local threads=$CHILDREN
  [ $threads -ge 64 ] || threads=64
  export HEROKU_PHP_THREADS=$threads HEROKU_PHP_TEMP=$TEMP HEROKU_PHP_PRIVATE
  export HEROKU_PHP_HTTPD_CONFIG=${SERVER_CONFIG:-$PLACE/apache2-app.conf}
  export HEROKU_PHP_HTTPD_CONFIG_INCLUDE=${SERVER_INCLUDE:-$PLACE/default-apache2.conf}
  HEROKU_PHP_PRIVATE=$(private_paths)
  echo '<!DOCTYPE html><title>Moved</title><p>This page is at another address.' >"$TEMP/redirect.html"
}

# Names of files in an app's own configuration stand beside ours.
write_nginx_config() {
  local text
  export HEROKU_PHP_NGINX_CONFIG_INCLUDE=${SERVER_INCLUDE:-$PLACE/default-nginx.conf}
  ln -s /etc/nginx/mime.types /etc/nginx/fastcgi.conf "$PLACE/heroku.types" "$TEMP/"
  ln -s "$([ -n "$SERVER_CONFIG" ] && echo /etc/nginx || echo "$PLACE")/fastcgi_params" "$TEMP/"
  filled_in nginx.conf >"$TEMP/nginx.conf"
  if [ -n "$SERVER_CONFIG" ]; then text=$(<"$SERVER_CONFIG"); else text=$(filled_in nginx-app.conf); fi
  place_files
  echo "$text" >"$TEMP/app.conf"
}

# Temporary files and the log: where nginx has them by itself a dyno can't write.
place_files() {
  local kind places=''
  for kind in client_body proxy fastcgi uwsgi scgi; do
    [[ $text = *"${kind}_temp_path"* ]] || places+=" ${kind}_temp_path $TEMP/$kind;"
  done
  [[ $text = *access_log* ]] || places+=' access_log /dev/stdout;'
  [[ ! $text =~ (^|[[:space:];}])http[[:space:]]*\{ ]] || text=${text/"${BASH_REMATCH[0]}"/"${BASH_REMATCH[0]}$places"}
}

filled_in() {
  local text
  IFS= read -r -d '' text <"$PLACE/$1"
  text=${text//__TEMP__/"$TEMP"}
  text=${text//__PORT__/"$PORT"}
  text=${text//__DOCUMENT_ROOT__/"$DOCUMENT_ROOT"}
  text=${text//__PRIVATE__/"$(private_paths)"}
  text=${text//__INCLUDE__/"$HEROKU_PHP_NGINX_CONFIG_INCLUDE"}
  printf '%s' "$text"
}

# A pattern for what lies below the document root and is for nobody: Composer's directories, what tells how the app is built,
# and tokens.
private_paths() {
  local directory name files='Procfile|composer\.(json|lock|phar)|auth\.json' directories=''
  for directory in "$COMPOSER_VENDOR_DIR" "$COMPOSER_BIN_DIR"; do
    directory=$APP/$directory
    [[ $directory != "$DOCUMENT_ROOT"/* ]] || directories+="|^$(escape "${directory#"$DOCUMENT_ROOT"}")(/|$)"
  done
  [ -z "${COMPOSER-}" ] || files+="|$(escape "${COMPOSER%.json}")\.(json|lock)"
  echo "/($files)\$$directories"
}

escape() { sed -E 's/[^A-Za-z0-9\/_-]/\\&/g' <<<"$1"; }
