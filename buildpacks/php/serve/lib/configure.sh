# The configurations of PHP-FPM, Apache and nginx, written when the dyno starts.

write_fpm_config() {
  cat >"$TEMP/fpm.conf" <<END
[global]
daemonize = no
error_log = /proc/self/fd/2
log_level = $([ -n "$VERBOSE" ] && echo notice || echo warning)
log_limit = 8192
process_control_timeout = 25
[www]
listen = $FPM_SOCKET
pm = ondemand
pm.max_children = $CHILDREN
pm.process_idle_timeout = 300
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
php_value[error_log] = /proc/self/fd/2
${FPM_INCLUDE:+include = $FPM_INCLUDE}
END
}

write_apache2_config() {
  local threads=$CHILDREN
  [ $threads -ge 64 ] || threads=64
  export HEROKU_PHP_THREADS=$threads HEROKU_PHP_TEMP=$TEMP HEROKU_PHP_INCLUDE=${SERVER_INCLUDE:-$PLACE/default-apache2.conf}
  cp "$PLACE/apache2.conf" "$TEMP/apache2.conf"
}

write_nginx_config() {
  local text
  IFS= read -r -d '' text <"$PLACE/nginx.conf"
  text=${text//__TEMP__/$TEMP}
  text=${text//__PORT__/$PORT}
  text=${text//__DOCUMENT_ROOT__/$DOCUMENT_ROOT}
  text=${text//__INCLUDE__/${SERVER_INCLUDE:-$PLACE/default-nginx.conf}}
  printf '%s' "$text" >"$TEMP/nginx.conf"
}
