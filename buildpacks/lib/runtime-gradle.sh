# Gradle from its makers, or from the mirror that the operator names (a place with gradle-<version>-bin.zip in it).
GRADLE=https://services.gradle.org/distributions

install_version() {
  local version=$1 place=$2 base=${GRADLE_DISTRIBUTION_MIRROR:-$GRADLE} sum file=/tmp/gradle-$1
  local url=${base%/}/gradle-$version-bin.zip
  curl -fsSL --retry 2 --max-time 150 -o "$file.zip" "$url" 2>"$file.error" || stop "$url: $(sed 's/^curl: ([0-9]*) //' "$file.error" | tail -n 1)"
  # Mirrors need not have a checksum.
  if sum=$(curl -fsSL --max-time 30 "$url.sha256" 2>/dev/null) || [ "$base" = "$GRADLE" ]; then
    echo "${sum:0:64}  $file.zip" | sha256sum --check --status || stop "Gradle $version is not what its checksum says"
  fi
  unzip -q "$file.zip" -d "$file" && mv "$file/gradle-$version"/* "$place/" || stop "$url is no distribution of Gradle"
  rm -rf "$file" "$file".*
}
