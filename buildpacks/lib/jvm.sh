# What the buildpacks for the JVM share: which Java, whom it trusts, what dynos source, and what runs by default.
JVM=/slipway/buildpacks/lib/jvm
JAVA_RUNTIMES=/opt/slipway/runtimes/java

# The last value of a key in a file of Java properties; nothing without the file. Backslashes there only escape.
property() {
  [ ! -f "$1" ] || sed -n -e 's/\r$//' -e "s/^[[:space:]]*${2//./\\.}[[:space:]]*[=:][[:space:]]*//p" "$1" | tail -n 1 | tr -d '\\[:space:]'
}

# Sets JAVA_VERSION and JAVA_HOME: what system.properties asks for, or the stack's own.
use_java() {
  local asked wanted major stack
  asked=$(property system.properties java.runtime.version)
  find_stack_java
  wanted=${asked#"${asked%%[0-9]*}"} stack=$JAVA_VERSION
  wanted=${wanted#1.} wanted=${wanted%%[_+-]*}
  [ -z "$asked" ] || [[ $wanted =~ ^[0-9]+(\.[0-9]+)*$ ]] || stop "system.properties: java.runtime.version=$asked is no version of Java." "Write for example java.runtime.version=${stack%%.*}."
  major=${wanted%%.*}
  info "system.properties: java.runtime.version=${asked:-unspecified}"
  if [ -z "$asked" ] || [ "$major" = "${stack%%.*}" ]; then
    case "$wanted" in '' | "$major" | "$stack") ;; *) info "The stack's Java $major is $stack: it is used in place of $wanted." ;; esac
  else
    use_other_java "$wanted" "$major" "$stack"
  fi
  export JAVA_HOME PATH=$JAVA_HOME/bin:$PATH
  echo "runtime java $JAVA_VERSION" >>"$NOTES/layers"
  note java_version "$JAVA_VERSION"
  info "Using OpenJDK $JAVA_VERSION"
}

find_stack_java() {
  local text
  JAVA_HOME=$(readlink -f "$(command -v javac)") JAVA_HOME=${JAVA_HOME%/bin/javac}
  text=$(<"$JAVA_HOME/release")
  [[ $text =~ JAVA_VERSION=\"([0-9.]+) ]] && JAVA_VERSION=${BASH_REMATCH[1]}
}

# One that isn't the stack's: the newest there is of what is asked for, installed for all apps.
use_other_java() {
  local wanted=$1 major=$2 stack=$3 found
  found=$(newest_java "$wanted")
  if [ -z "$found" ]; then
    request inventory java || stop_without_java "$@" "Others can't be had here: $ANSWER"
    found=$(newest_java "$wanted")
  fi
  [ -n "$found" ] || stop_without_java "$@" "There are also $(sort -V $JAVA_RUNTIMES/versions | paste -sd ' ')."
  JAVA_VERSION=$found JAVA_HOME=$JAVA_RUNTIMES/$found
  [ -d "$JAVA_HOME" ] && return
  info "Fetching Java $found, which no app has used here before..."
  request runtime java "$found" || stop "Java $found can't be installed: $ANSWER" "Push again; or ask for the stack's own with java.runtime.version=${stack%%.*} in system.properties."
}

newest_java() { [ ! -f $JAVA_RUNTIMES/versions ] || grep -E "^${1//./\\.}(\.|$)" $JAVA_RUNTIMES/versions | tail -n 1; }

stop_without_java() {
  stop "system.properties asks for Java $1, which can't be had. This stack has $3." "$4" "Write java.runtime.version=${3%%.*}, or choose a stack with another Java (stacks, stack:set)."
}

# Every JVM of the build: the host's certificates and its proxies, which Java takes from nowhere else.
set_up_jvm() {
  local options=-Dfile.encoding=UTF-8
  if [ -f "${SSL_CERT_FILE-}" ] && perl "$JVM/cacerts.pl" "$SSL_CERT_FILE" "$CACHE/cacerts"; then
    options+=" -Djavax.net.ssl.trustStore=$CACHE/cacerts"
  fi
  options+=$(proxy_options http "${http_proxy:-${HTTP_PROXY-}}")$(proxy_options https "${https_proxy:-${HTTPS_PROXY-}}")
  export JAVA_TOOL_OPTIONS="$options${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}"
}

proxy_options() {
  [[ $2 =~ ^https?://([^/@]*@)?([^:/@]+):([0-9]+)/?$ ]] || return 0
  local except=${no_proxy:-${NO_PROXY-}}
  echo -n " -D$1.proxyHost=${BASH_REMATCH[2]} -D$1.proxyPort=${BASH_REMATCH[3]}"
  [ "$1" != http ] || [ -z "$except" ] || echo -n " -Dhttp.nonProxyHosts=$(sed -e 's/ //g' -e 's/,\./,*./g' -e 's/^\./*./' -e 's/,/|/g' <<<"$except")"
}

# A script that came without its mode, or with the line ends of Windows.
make_runnable() {
  if [[ $(head -n 1 "$1") = *$'\r' ]]; then
    warn "$1 has the line ends of Windows, which are removed here. Commit it with: git add --renormalize, and \"$1 text eol=lf\" in .gitattributes"
    sed -i 's/\r$//' "$1"
  fi
  chmod +x "$1"
}

# The words of a config var, quotes honoured.
words_of() { xargs -r -n 1 printf '%s\n' <<<"$1"; }

# JVMs tell each time that they have read JAVA_TOOL_OPTIONS, and Maven sets colours back that it hasn't set.
without_jvm_notes() { sed -u -e '/^Picked up JAVA_TOOL_OPTIONS/d' -e 's/^\(\x1b\[0m\)*//'; }

# What a dyno sources at start.
write_profile() {
  local text
  mkdir -p .heroku/jvm
  cp "$JVM/cacerts.pl" .heroku/jvm/
  { echo "export JAVA_HOME=$JAVA_HOME" && cat "$JVM/profile.sh"; } >.profile.d/jvm.sh
  cp "$JVM/jdbc.sh" .profile.d/jdbc.sh
}

# What the buildpacks that follow source.
write_export() { printf '%s\n' "export JAVA_HOME=$JAVA_HOME" 'export PATH="$JAVA_HOME/bin:$PATH"' >"$EXPORT_FILE"; }

# Prints the command that serves what lies in these directories; nothing when there is no program.
default_web() {
  local dir jar manifest spring='' plain='' war=''
  for dir in "$@"; do
    [ ! -f "$dir/quarkus-app/quarkus-run.jar" ] || { echo "java -Dquarkus.http.port=\$PORT \$JAVA_OPTS -jar $dir/quarkus-app/quarkus-run.jar"; return; }
    for jar in "$dir"/*.jar "$dir"/*.war; do
      case ${jar##*/} in '*'* | original-* | *-sources.jar | *-javadoc.jar | *-tests.jar | *-plain.jar | *[[:space:]]*) continue ;; esac
      manifest=$(unzip -p "$jar" META-INF/MANIFEST.MF 2>/dev/null | tr -d '\r')
      case $'\n'$manifest in
        *$'\nStart-Class: '* | *$'\nSpring-Boot-Version: '*) spring=${spring:-$jar} ;;
        *$'\nMain-Class: '*) plain=${plain:-$jar} ;;
        *) [[ $jar != *.war ]] || war=${war:-$jar} ;;
      esac
    done
  done
  if [ -n "$spring" ]; then echo "java -Dserver.port=\$PORT \$JAVA_OPTS -jar $spring"
  elif [ -n "$plain" ] && uses_micronaut; then echo "java -Dmicronaut.server.port=\$PORT \$JAVA_OPTS -jar $plain"
  elif [ -n "$plain" ] && [[ $plain = *-runner.jar ]]; then echo "java -Dquarkus.http.port=\$PORT \$JAVA_OPTS -jar $plain"
  elif [ -n "$plain" ]; then echo "java \$JAVA_OPTS -jar $plain"
  elif [ -n "$war" ]; then web_of_war "$war"
  fi
}

uses_micronaut() { cat pom.xml build.gradle build.gradle.kts 2>/dev/null | grep -q 'io\.micronaut'; }

# A war needs a server, which the build puts beside it.
web_of_war() {
  local runner
  for runner in "${1%/*}"/dependency/webapp-runner*.jar "${1%/libs/*}"/server/webapp-runner*.jar; do
    [ ! -f "$runner" ] || { echo "java \$JAVA_OPTS -jar $runner --port \$PORT $1"; return; }
  done
}
