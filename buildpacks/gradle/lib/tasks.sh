# What Gradle is asked to do, and what then runs.

# Prints the tasks, one word a line.
tasks() {
  if [ -n "${GRADLE_TASK-}" ]; then words_of "$GRADLE_TASK"
  elif build_says "(task[[:space:](]+[\"']?|(register|create)(<[A-Za-z]*>)?\([\"']|val )stage\b"; then echo stage
  elif build_says 'org\.springframework\.boot|io\.quarkus|io\.micronaut'; then printf '%s\n' build -x check
  elif build_says 'com\.(github\.johnrengelman|gradleup)\.shadow'; then printf '%s\n' shadowJar -x check
  elif build_says "[\"'\`]application[\"'\`]|^[[:space:]]*application[[:space:]]*$|io\.ratpack"; then printf '%s\n' installDist -x check
  else printf '%s\n' build -x check; fi
}

build_says() {
  find . -maxdepth 4 \( -name node_modules -o -name build -o -name .slipway \) -prune -o \( -name '*.gradle' -o -name '*.gradle.kts' -o -name libs.versions.toml \) -type f -exec cat {} + | sed 's,//.*,,' | grep -qE "$1"
}

# A framework's jar, else the start script that installDist makes, else a jar with a main class.
default_gradle_web() {
  local web script scripts=() each
  web=$(default_web build/libs */build/libs)
  for script in build/install/*/bin/* */build/install/*/bin/*; do
    case $script in *'*'* | *.bat) ;; *) scripts+=("$script") ;; esac
  done
  case $web in *-Dserver.port=* | *micronaut* | *quarkus* | *-all.jar) scripts=() ;; esac
  if [ ${#scripts[@]} = 1 ]; then echo "${scripts[0]}"; elif [ -n "$web" ]; then echo "$web"; fi
}
