# Java on the PATH, as much memory as the dyno has, and the certificates that the platform trusts.
export PATH="$JAVA_HOME/bin:$PATH"
slipway_jvm() {
  local limit='' memory='-XX:MaxRAMPercentage=80.0' options='' store=/tmp/.java-cacerts
  read -r limit 2>/dev/null </sys/fs/cgroup/memory.max || read -r limit 2>/dev/null </sys/fs/cgroup/memory/memory.limit_in_bytes
  case $limit in '' | *[!0-9]*) ;; *)
    limit=$((limit / 1048576))
    if [ "$limit" -le 512 ]; then
      memory="-Xmx$((limit * 300 / 512))m -Xss512k -XX:CICompilerCount=2"
    elif [ "$limit" -le 1024 ]; then
      memory="-Xmx$((limit * 671 / 1024))m -XX:CICompilerCount=2"
    fi
    ;;
  esac
  if [ -f "${SSL_CERT_FILE-}" ] && perl "$HOME/.heroku/jvm/cacerts.pl" "$SSL_CERT_FILE" "$store" 2>/dev/null; then
    options="-Djavax.net.ssl.trustStore=$store"
  fi
  case ${DYNO-} in run.*) ;; *)
    case "${JAVA_OPTS-} ${JAVA_TOOL_OPTIONS-}" in
      *-Xmx* | *RAMPercentage*) ;;
      *) options="$memory${options:+ $options}" JAVA_OPTS="$memory${JAVA_OPTS:+ $JAVA_OPTS}" ;;
    esac
    ;;
  esac
  export JAVA_OPTS=${JAVA_OPTS-}
  export JAVA_TOOL_OPTIONS="${options:+$options }-Dfile.encoding=UTF-8${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}"
}
slipway_jvm
unset -f slipway_jvm
