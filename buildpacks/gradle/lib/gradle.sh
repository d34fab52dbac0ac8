# One run of Gradle.

run_gradle() {
  local log=$NOTES/gradle.log words
  mapfile -t words < <(tasks)
  info "\$ $GRADLE ${words[*]}"
  prepare_home
  "$GRADLE" "${words[@]}" 2>&1 | without_jvm_notes | without_versions | tee "$log" | indent || fail_gradle "$log"
  # What Gradle remembers of this directory is of no use in another one.
  rm -rf .gradle buildSrc/.gradle
}

# The distribution's start script shows the version of Java on its way.
without_versions() {
  if [ "$GRADLE" = gradle ]; then sed -u -E '1,5{/^(openjdk version|OpenJDK )/d}'; else cat; fi
}

# A build in a container of its own needs no daemon; and short ones are over before Gradle's own code is compiled thoroughly.
prepare_home() {
  mkdir -p "$GRADLE_USER_HOME/init.d"
  printf '%s\n' org.gradle.daemon=false org.gradle.welcome=never >"$GRADLE_USER_HOME/gradle.properties"
  cp "$PACK/lib/equal-archives.gradle" "$GRADLE_USER_HOME/init.d/"
  JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1 $JAVA_TOOL_OPTIONS"
  case "$(property gradle.properties org.gradle.jvmargs) ${GRADLE_OPTS-}" in *GC*) ;; *) JAVA_TOOL_OPTIONS="-XX:+UseSerialGC $JAVA_TOOL_OPTIONS" ;; esac
}

fail_gradle() {
  [ -z "$STANDS_IN" ] || warn "This was not Gradle $STANDS_IN, which gradlew asks for, but the stack's own: see the warning above."
  explain "$1" $PACK/lib/failures.tsv
}
