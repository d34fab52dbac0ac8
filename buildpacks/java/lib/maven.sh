# Maven: which one, and one run of it.
MAVEN_RUNTIMES=/opt/slipway/runtimes/maven
WRAPPER=.mvn/wrapper/maven-wrapper.properties

# Builds that name no Maven count on what the plugins of this one are by default; older ones compile for Java 1.5.
DEFAULT_MAVEN=3.9.16

# Sets MVN: the version of system.properties, the app's wrapper where the Maven it names can be had, or the default.
choose_maven() {
  local version
  version=$(property system.properties maven.version)
  STACK_MAVEN=$(stack_maven) MVN=mvn
  export MAVEN_USER_HOME=$CACHE/m2
  if [ -n "$version" ]; then use_maven_version "$version"
  elif [ -f mvnw ] && [ -f $WRAPPER ]; then use_wrapper
  else use_default_maven; fi
}

stack_maven() {
  local jar
  for jar in /usr/share/java/maven3-core-[0-9]*.jar; do jar=${jar##*/maven3-core-} && echo "${jar%.jar}"; done
}

use_default_maven() {
  local version=$DEFAULT_MAVEN
  if [ "$(printf '%s\n' "$STACK_MAVEN" 3.9 | sort -V | head -n 1)" = 3.9 ]; then
    version=$STACK_MAVEN
  elif [ -d "$MAVEN_RUNTIMES/$version" ] || request toolchain maven "$version"; then
    uses maven "$version"
    PATH=$MAVEN_RUNTIMES/$version/bin:$PATH
  else
    info "Maven $version can't be had: $ANSWER"
    version=$STACK_MAVEN
  fi
  said_maven "$version"
}

said_maven() {
  note maven_version "$1"
  info "Using Maven $1${2:+ ($2)}"
}

use_maven_version() {
  [[ $1 =~ ^[0-9]+(\.[0-9]+){1,3}$ ]] || stop "system.properties: maven.version=$1 is no version of Maven." "Write for example maven.version=$STACK_MAVEN."
  [ "$1" != "$STACK_MAVEN" ] || { said_maven "$1"; return; }
  if [ ! -d "$MAVEN_RUNTIMES/$1" ]; then
    info "Fetching Maven $1, which no app has used here before..."
    request toolchain maven "$1" || stop_without_maven "$1"
  fi
  uses maven "$1"
  PATH=$MAVEN_RUNTIMES/$1/bin:$PATH
  said_maven "$1" "maven.version in system.properties"
}

stop_without_maven() {
  local reason=$ANSWER others=''
  request inventory maven && others=", and $(tail -n 20 $MAVEN_RUNTIMES/versions | paste -sd ' ') can be fetched"
  stop "Maven $1 (maven.version in system.properties) can't be had: $reason" "This stack has $STACK_MAVEN$others."
}

use_wrapper() {
  local url name version
  url=$(property $WRAPPER distributionUrl)
  [ -n "$url" ] || stop "$WRAPPER names no distributionUrl, so mvnw does not know its Maven." 'Make both anew: mvn wrapper:wrapper'
  name=${url##*/} version=${name#apache-maven-} version=${version%-bin.*}
  if [ -n "${MVNW_REPOURL-}" ] && [[ $url = */org/apache/maven/* ]]; then url=${MVNW_REPOURL%/}/org/apache/maven/${url#*/org/apache/maven/}; fi
  if ! compgen -G "$MAVEN_USER_HOME/wrapper/dists/${name%-bin.*}*/*/*" >/dev/null && ! curl -fsIL --max-time 20 -o /dev/null "$url"; then
    warn "Maven $version, which mvnw asks for, can't be had from $url. A mirror is set by the config var MVNW_REPOURL."
    use_default_maven
    return
  fi
  make_runnable mvnw
  MVN=./mvnw
  said_maven "$version" mvnw
}

run_maven() {
  local log=$NOTES/maven.log options goals
  mapfile -t options < <(words_of "${MAVEN_CUSTOM_OPTS:--DskipTests}")
  mapfile -t goals < <(words_of "${MAVEN_CUSTOM_GOALS:-clean dependency:list install}")
  add_settings
  info "\$ $MVN ${options[*]} ${goals[*]}"
  maven_jvm
  "$MVN" -B "${SETTINGS[@]}" "${QUIET[@]}" -DoutputFile=target/mvn-dependency-list.log -Dmaven.repo.local="$CACHE/repository" "${options[@]}" "${goals[@]}" 2>&1 | without_jvm_notes | tee "$log" | indent && return
  # Maven remembers for a day what it did not find: the next push shall look again.
  find "$CACHE/repository" -name '*.lastUpdated' -delete 2>/dev/null
  sed -i 's/^\[ERROR\] *//' "$log"
  explain "$log" $PACK/lib/failures.tsv
}

# Builds are short: compiling Maven itself thoroughly costs more than it brings (2.6 s of processor time in place of 6.1 for a Spring app).
maven_jvm() {
  local quick=-XX:TieredStopAtLevel=1
  case " ${MAVEN_JAVA_OPTS-} ${MAVEN_OPTS-} " in *' -XX:+Use'*GC' '*) ;; *) quick+=' -XX:+UseSerialGC' ;; esac
  export MAVEN_OPTS="$quick ${MAVEN_JAVA_OPTS:--Xmx1024m} -Duser.home=$HOME${MAVEN_OPTS:+ $MAVEN_OPTS}"
}

# Sets SETTINGS, the app's settings and the operator's mirror and proxies; and QUIET: no line for each download, and archives that
# are the same when the source is.
add_settings() {
  local file=${MAVEN_SETTINGS_PATH-}
  SETTINGS=()
  QUIET=(-Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn)
  if [ -n "$file" ]; then
    [ -f "$file" ] || stop "MAVEN_SETTINGS_PATH names $file, which is not in the app." 'Commit it, or unset the config var.'
  elif [ -n "${MAVEN_SETTINGS_URL-}" ]; then
    file=$NOTES/settings.xml
    curl -fsSL --retry 3 --max-time 60 -o "$file" "$MAVEN_SETTINGS_URL" || stop "The settings at MAVEN_SETTINGS_URL can't be fetched (above)." 'Correct the config var, or commit the file and set MAVEN_SETTINGS_PATH.'
  elif [ -f settings.xml ]; then
    file=settings.xml
  fi
  [ -z "$file" ] || SETTINGS+=(-s "$file")
  network_settings >"$NOTES/network.xml"
  [ ! -s "$NOTES/network.xml" ] || SETTINGS+=(-gs "$NOTES/network.xml")
  [ ! -f pom.xml ] || grep -q project.build.outputTimestamp pom.xml || QUIET+=("-Dproject.build.outputTimestamp=$(TZ=UTC printf '%(%FT%TZ)T' "$(stat -c %Y pom.xml)")")
}

# Settings that Maven merges with the app's; nothing when the network is plain.
network_settings() {
  local proxies
  proxies=$(maven_proxy http "${http_proxy:-${HTTP_PROXY-}}" && maven_proxy https "${https_proxy:-${HTTPS_PROXY-}}")
  [ -n "$proxies${MVNW_REPOURL-}" ] || return 0
  echo '<settings>'
  [ -z "${MVNW_REPOURL-}" ] || echo "<mirrors><mirror><id>mirror</id><mirrorOf>central</mirrorOf><url>$(xml "$MVNW_REPOURL")</url></mirror></mirrors>"
  [ -z "$proxies" ] || echo "<proxies>$proxies</proxies>"
  echo '</settings>'
}

maven_proxy() {
  local no=${no_proxy:-${NO_PROXY-}}
  [[ $2 =~ ^https?://(([^:/@]*):?([^/@]*)@)?([^:/@]+):([0-9]+)/?$ ]] || return 0
  no=${no// /} no=${no//,./,*.} no=${no/#./*.}
  echo "<proxy><id>$1</id><protocol>$1</protocol><host>$(xml "${BASH_REMATCH[4]}")</host><port>${BASH_REMATCH[5]}</port>"
  [ -z "${BASH_REMATCH[2]}" ] || echo "<username>$(xml "${BASH_REMATCH[2]}")</username><password>$(xml "${BASH_REMATCH[3]}")</password>"
  echo "<nonProxyHosts>$(xml "${no//,/|}")</nonProxyHosts></proxy>"
}

xml() { sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' <<<"$1"; }

# Lists of source files by their paths in this build: no later one can use them, and equal slugs they would make unequal.
forget_paths() { find . -type d -name maven-status -path '*/target/*' -prune -exec rm -rf {} +; }
