# PHP behind a web server, in the foreground: what heroku-php-apache2 and heroku-php-nginx do. SERVER says which.
PLACE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
APP=${PLACE%/.heroku/php/lib}
source "$PLACE/composer.sh"
source "$PLACE/memory.sh"
source "$PLACE/configure.sh"

usage() {
  cat <<END
Boots PHP-FPM together with $SERVER.

Usage: heroku-php-$SERVER [options] [<document-root>]

  -C <file>  configuration to include in the ${SERVER/apache2/Apache} server of the app, after its defaults
  -c <file>  configuration of the app in ${SERVER/apache2/Apache} to use instead of ours; it says where to listen
  -F <file>  configuration to include in the pool of PHP-FPM
  -f <file>  configuration of PHP-FPM to use instead of all of ours
  -I <file>  settings to read after php.ini
  -i <file>  php.ini to use instead of the stack's
  -l <file>  a log file to follow, or a quoted pattern; may be given several times
  -p <port>  the port to listen on (default: \$PORT, else one by chance)
  -t         test the configurations and exit; -tt shows that of PHP-FPM, -ttt that of ${SERVER/apache2/Apache}, -tttt both
  -v         say more
  -h         this help

The document root is the current directory unless it is given. A file that ends in .php is run, and what it prints is used.
In configurations, the environment can be used: PORT, DOCUMENT_ROOT, HEROKU_APP_DIR, COMPOSER_VENDOR_DIR, COMPOSER_BIN_DIR, and the config vars.
END
}

main() {
  read_arguments "$@"
  TEMP=$(mktemp -d "${TMPDIR:-/tmp}/heroku-php.XXXXXX") || die 'there is no place for temporary files'
  trap 'rm -rf "$TEMP"' EXIT
  prepare
  choose_concurrency
  write_fpm_config
  write_"$SERVER"_config
  name_commands
  [ -z "$TEST" ] || { test_configs; exit; }
  run_both
}

die() { echo "heroku-php-$SERVER: $*" >&2; exit 1; }
# Called in another way than it has to be.
misuse() { usage >&2; echo "heroku-php-$SERVER: $*" >&2; exit 2; }

read_arguments() {
  local option long args=()
  SERVER_INCLUDE='' SERVER_CONFIG='' FPM_INCLUDE='' FPM_CONFIG='' INI='' INI_INCLUDE='' TEST='' VERBOSE='' LOGS=()
  for long in "$@"; do
    case $long in
      --help) args+=(-h) ;; --test) args+=(-t) ;; --verbose) args+=(-v) ;;
      --?*) misuse "there is no option $long" ;;
      *) args+=("$long") ;;
    esac
  done
  set -- "${args[@]}"
  OPTIND=1
  while getopts ':C:c:F:f:I:i:l:p:tvh' option; do
    case $option in
      C) SERVER_INCLUDE=$OPTARG ;; c) SERVER_CONFIG=$OPTARG ;;
      F) FPM_INCLUDE=$OPTARG ;; f) FPM_CONFIG=$OPTARG ;;
      I) INI_INCLUDE=$OPTARG ;; i) INI=$OPTARG ;;
      l) add_logs "$OPTARG" ;; p) PORT=$OPTARG ;; t) TEST+=t ;; v) VERBOSE=1 ;;
      h) usage; exit 0 ;;
      :) misuse "option -$OPTARG needs a value" ;;
      *) misuse "there is no option -$OPTARG" ;;
    esac
  done
  shift $((OPTIND - 1))
  [ $# -le 1 ] || misuse "one document root at most, and after all options; given: $*"
  DOCUMENT_ROOT=$(readlink -f -- "${1:-.}")
  [ -d "$DOCUMENT_ROOT" ] || die "the document root \"$1\" is not a directory"
  [[ $DOCUMENT_ROOT != *[\"\\\$[:cntrl:]]* ]] || die "the document root \"$1\" has letters that web servers can't be told"
  PORT=${PORT:-$((RANDOM % 30000 + 1024))}
  [[ $PORT =~ ^[0-9]{1,5}$ ]] || die "there is no port \"$PORT\": set PORT to a number, or give -p"
  export DOCUMENT_ROOT PORT COMPOSER_VENDOR_DIR COMPOSER_BIN_DIR HEROKU_APP_DIR=$PWD
  FPM_SOCKET=/tmp/heroku.fcgi.$PORT.sock
  DUMPS_FPM='' DUMPS_WEB=''
  case $TEST in tt) DUMPS_FPM=1 ;; ttt) DUMPS_WEB=1 ;; tttt*) DUMPS_FPM=1 DUMPS_WEB=1 ;; esac
}

# Files, also those that aren't there yet; a pattern names those that are.
add_logs() {
  local file files=()
  if [[ $1 = *[*?[]* ]]; then
    mapfile -t files < <(compgen -G "$1")
    [ ${#files[@]} -gt 0 ] || die "no log file is named like \"$1\""
  else
    files=("$1")
  fi
  for file in "${files[@]}"; do
    [ ! -d "$file" ] || die "the log file \"$file\" is a directory"
    { mkdir -p -- "$(dirname -- "$file")" && touch -- "$file"; } 2>/dev/null || die "the log file \"$file\" can't be written"
    LOGS+=("$file")
  done
}

# Paths of files become absolute; those that print configuration are run.
prepare() {
  local name file
  PHP=$(readlink -f "$(command -v php)") || die 'there is no PHP in this dyno'
  for name in SERVER_INCLUDE SERVER_CONFIG FPM_INCLUDE FPM_CONFIG INI_INCLUDE INI; do
    [ -n "${!name}" ] || continue
    [ -f "${!name}" ] || die "\"${!name}\" is not a file"
    file=$(readlink -f -- "${!name}")
    if [[ $file = *.php ]]; then
      "$PHP" "$file" >"$TEMP/$name.conf" || die "\"${!name}\" failed"
      file=$TEMP/$name.conf
    fi
    printf -v "$name" %s "$file"
  done
  if [ -n "$INI_INCLUDE" ]; then
    mkdir "$TEMP/conf.d" && cp -- "$INI_INCLUDE" "$TEMP/conf.d/zzz-app.ini"
    export PHP_INI_SCAN_DIR="${PHP_INI_SCAN_DIR-}:$TEMP/conf.d"
  fi
  export HEROKU_PHP_FPM_CONFIG_INCLUDE=$FPM_INCLUDE
  # Where configurations that were written for Heroku have their logs.
  if [ -n "$SERVER_CONFIG$FPM_CONFIG" ]; then
    LOGS+=(/tmp/heroku.php-fpm.{"$PORT.log","www.$PORT.log","$PORT.www.slowlog"} "/tmp/heroku.${SERVER}_"{error,access}".$PORT.log")
  fi
}

name_commands() {
  local fpm=(/usr/sbin/php-fpm[0-9]*)
  FPM=("${fpm[-1]}" --nodaemonize --fpm-config "${FPM_CONFIG:-$TEMP/fpm.conf}" ${INI:+-c "$INI"})
  case $SERVER in
    apache2) WEB=(/usr/sbin/apache2 -f "$PLACE/apache2.conf" -DFOREGROUND) ;;
    nginx) WEB=(/usr/sbin/nginx -e stderr -c "$TEMP/nginx.conf" -g 'daemon off;') ;;
  esac
}

test_configs() {
  local dump=-S
  [ "$SERVER" = apache2 ] || dump=-T
  "${FPM[@]}" -t${DUMPS_FPM:+t} && "${WEB[@]}" "$([ -n "$DUMPS_WEB" ] && echo "$dump" || echo -t)"
}

# Both run until one of them ends or the dyno is told to stop; then the other ends too.
run_both() {
  local web='' fpm tail='' status signal stopping=''
  trap 'stopping=1' TERM INT
  if [ ${#LOGS[@]} -gt 0 ]; then
    tail -qF -n 0 -- "${LOGS[@]}" >&2 2>/dev/null &
    tail=$!
  fi
  rm -f "$FPM_SOCKET"
  "${FPM[@]}" &
  fpm=$!
  wait_for_socket "$fpm" && { "${WEB[@]}" & web=$!; }
  if [ -n "$web" ] && [ -z "$stopping" ]; then wait -n "$web" "$fpm"; fi
  status=$?
  [ -n "$stopping" ] || echo "heroku-php-$SERVER: $(is_alive "$fpm" && echo "$SERVER" || echo PHP-FPM) has ended; so does the dyno." >&2
  # Requests under way are finished: first by the web server, then by PHP.
  case $SERVER in apache2) signal=WINCH ;; nginx) signal=QUIT ;; esac
  end $signal $web
  end QUIT "$fpm"
  # A master that was killed leaves its workers behind, in its process group.
  kill -KILL -- -"$fpm" 2>/dev/null
  rm -f "$FPM_SOCKET"
  [ -z "$tail" ] || kill "$tail" 2>/dev/null
  [ -z "$stopping" ] || exit 0
  exit $((status > 0 && status < 128 ? status : 1))
}

is_alive() { kill -0 "$1" 2>/dev/null; }

end() {
  [ -n "${2-}" ] || return 0
  kill -"$1" "$2" 2>/dev/null
  # `wait` also returns when a signal comes.
  while is_alive "$2"; do wait "$2" 2>/dev/null; done
}

# The web server listens only when PHP answers: the port is how the platform knows that the dyno is up.
wait_for_socket() {
  [ -z "$FPM_CONFIG" ] || return 0
  while is_alive "$1" && [ -z "$stopping" ]; do
    [ ! -S "$FPM_SOCKET" ] || return 0
    sleep 0.01
  done
  return 1
}

main "$@"
