# PHP behind a web server, in the foreground: what heroku-php-apache2 and heroku-php-nginx do. SERVER says which.
PLACE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$PLACE/memory.sh"
source "$PLACE/configure.sh"

usage() {
  cat <<END
Boots PHP-FPM together with $SERVER.

Usage: heroku-php-$SERVER [options] [<document-root>]

  -C <file>  configuration to include in the ${SERVER/apache2/Apache} server of the app, after its defaults
  -c <file>  configuration of ${SERVER/apache2/Apache} to use instead of all of ours
  -F <file>  configuration to include in the pool of PHP-FPM
  -f <file>  configuration of PHP-FPM to use instead of all of ours
  -I <file>  settings to read after php.ini
  -i <file>  php.ini to use instead of the stack's
  -l <file>  a log file to follow; may be given several times
  -p <port>  the port to listen on (default: \$PORT)
  -t         test the configurations and exit
  -v         say more
  -h         this help

The document root is the current directory unless it is given. A file that ends in .php is run, and what it prints is used.
In configurations, the environment can be used: PORT, DOCUMENT_ROOT, and the config vars.
END
}

main() {
  read_arguments "$@"
  TEMP=$(mktemp -d "${TMPDIR:-/tmp}/heroku-php.XXXXXX") || die 'there is no place for temporary files'
  trap 'rm -rf "$TEMP"' EXIT
  FPM_SOCKET=$TEMP/fpm.sock
  prepare
  choose_concurrency
  write_fpm_config
  write_"$SERVER"_config
  name_commands
  [ -z "$TEST" ] || { test_configs; exit; }
  run_both
}

die() { echo "heroku-php-$SERVER: $*" >&2; exit 1; }

read_arguments() {
  local option long args=()
  SERVER_INCLUDE='' SERVER_CONFIG='' FPM_INCLUDE='' FPM_CONFIG='' INI='' INI_INCLUDE='' TEST='' VERBOSE='' LOGS=()
  for long in "$@"; do
    case $long in --help) args+=(-h) ;; --test) args+=(-t) ;; --verbose) args+=(-v) ;; *) args+=("$long") ;; esac
  done
  set -- "${args[@]}"
  OPTIND=1
  while getopts ':C:c:F:f:I:i:l:p:tvh' option; do
    case $option in
      C) SERVER_INCLUDE=$OPTARG ;; c) SERVER_CONFIG=$OPTARG ;;
      F) FPM_INCLUDE=$OPTARG ;; f) FPM_CONFIG=$OPTARG ;;
      I) INI_INCLUDE=$OPTARG ;; i) INI=$OPTARG ;;
      l) LOGS+=("$OPTARG") ;; p) PORT=$OPTARG ;; t) TEST=1 ;; v) VERBOSE=1 ;;
      h) usage; exit 0 ;;
      :) usage >&2; die "option -$OPTARG needs a value" ;;
      *) usage >&2; die "there is no option -$OPTARG" ;;
    esac
  done
  shift $((OPTIND - 1))
  [ $# -le 1 ] || die "one document root at most, and after all options; given: $*"
  DOCUMENT_ROOT=$(readlink -f -- "${1:-.}")
  [ -d "$DOCUMENT_ROOT" ] || die "the document root \"$1\" is not a directory"
  [[ $DOCUMENT_ROOT != *[\"\\\$[:cntrl:]]* ]] || die "the document root \"$1\" has letters that web servers can't be told"
  export DOCUMENT_ROOT PORT
  [[ ${PORT-} =~ ^[0-9]{1,5}$ ]] || die 'there is no port to listen on: set PORT, or give -p'
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
}

name_commands() {
  local fpm=(/usr/sbin/php-fpm[0-9]*)
  FPM=("${fpm[-1]}" --nodaemonize --fpm-config "${FPM_CONFIG:-$TEMP/fpm.conf}" ${INI:+-c "$INI"})
  case $SERVER in
    apache2) WEB=(/usr/sbin/apache2 -f "${SERVER_CONFIG:-$TEMP/apache2.conf}" -DFOREGROUND) ;;
    nginx) WEB=(/usr/sbin/nginx -e stderr -c "${SERVER_CONFIG:-$TEMP/nginx.conf}" -g 'daemon off;') ;;
  esac
}

test_configs() {
  "${FPM[@]}" -t && "${WEB[@]}" -t
}

# Both run until one of them ends or the dyno is told to stop; then the other ends too.
run_both() {
  local web='' fpm tail='' status signal stopping=''
  trap 'stopping=1' TERM INT
  if [ ${#LOGS[@]} -gt 0 ]; then
    touch -- "${LOGS[@]}"
    tail -qF -n 0 -- "${LOGS[@]}" >&2 2>/dev/null &
    tail=$!
  fi
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
