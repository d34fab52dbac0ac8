# Which Gradle: the one that the app's wrapper names, installed for all apps; or the stack's own.
GRADLE_RUNTIMES=/opt/slipway/runtimes/gradle
WRAPPER=gradle/wrapper/gradle-wrapper

# Sets GRADLE, the command; and STANDS_IN, the version that it takes the place of, if that can't be had.
choose_gradle() {
  local url name version
  STANDS_IN=''
  export GRADLE_USER_HOME=$CACHE/home
  check_wrapper
  url=$(property $WRAPPER.properties distributionUrl)
  name=${url##*/} version=''
  [[ $name =~ ^gradle-([0-9]+(\.[0-9]+){1,2})-(bin|all)\.zip$ ]] && version=${BASH_REMATCH[1]}
  GRADLE=./gradlew
  if [ -n "$version" ] && [ "$version" = "$(stack_gradle)" ]; then
    GRADLE=gradle
  elif [ -n "$version" ] && [[ $url = https://services.gradle.org/* ]]; then
    install_gradle "$version" "$url"
  fi
  [ -n "$url" ] || { info 'Using gradlew: its properties name no distributionUrl'; return; }
  note gradle_version "${version:-$name}"
  [ -n "$STANDS_IN" ] || info "Using Gradle ${version:-of $url} (gradlew)"
}

check_wrapper() {
  [ -f gradlew ] || stop 'gradlew is not in the repository: it says which Gradle the app is built with.' 'Make it with "gradle wrapper", commit it together with gradle/wrapper, and push again.'
  [ -f $WRAPPER.properties ] || stop "$WRAPPER.properties is not in the repository: gradlew needs it." 'Make it with "gradle wrapper", commit it, and push again.'
  [ -f $WRAPPER.jar ] || stop "$WRAPPER.jar is not in the repository: gradlew needs it." "Perhaps .gitignore has *.jar: git add -f $WRAPPER.jar, commit it, and push again."
  make_runnable gradlew
}

stack_gradle() {
  local jar
  for jar in /usr/share/gradle/lib/gradle-core-[0-9]*.jar; do jar=${jar##*/gradle-core-} && echo "${jar%.jar}"; done
}

# All apps share one copy, which the wrapper takes for its own; it would fetch and keep a quarter of a gigabyte for each.
install_gradle() {
  local version=$1 url=$2 kept
  uses gradle "$version"
  kept=$GRADLE_USER_HOME/wrapper/dists/$(basename "$url" .zip)/$(wrapper_hash "$url")
  [ -e "$kept/gradle-$version/lib" ] && return
  if [ ! -d "$GRADLE_RUNTIMES/$version" ]; then
    info "Fetching Gradle $version, which no app has used here before..."
    request toolchain gradle "$version" || { take_stack_gradle "$version"; return; }
  fi
  mkdir -p "$kept" && ln -sfn "$GRADLE_RUNTIMES/$version" "$kept/gradle-$version" && : >"$kept/${url##*/}.ok"
}

# The wrapper names directories after the MD5 of the URL, in base 36.
wrapper_hash() { perl -MDigest::MD5=md5_hex -MMath::BigInt -e 'print lc Math::BigInt->from_hex(md5_hex($ARGV[0]))->to_base(36)' "$1"; }

take_stack_gradle() {
  local mirror='The operator can name a mirror: SLIPWAY_BUILD_ENV_GRADLE_DISTRIBUTION_MIRROR.'
  [ -n "$(stack_gradle)" ] || stop "Gradle $1, which gradlew asks for, can't be had: $ANSWER" "$mirror"
  STANDS_IN=$1 GRADLE=gradle
  warn "Gradle $1, which gradlew asks for, can't be had: $ANSWER"
  warn "$mirror"
  warn "Gradle $(stack_gradle) of the stack is used in its place; it may not understand this build."
}
