# Maven from the repository that Maven itself has as its default, or the one that MVNW_REPOURL names.

list_versions() {
  curl -fsSL --retry 2 --max-time 60 "$(repository)/maven-metadata.xml" | sed -n 's,.*<version>\([0-9.]*\)</version>.*,\1,p' | grep -E '^(3\.([3-9]|[1-9][0-9])|[4-9]|[1-9][0-9])' | sort -V
}

install_version() {
  local version=$1 place=$2 url file=/tmp/maven-$1.tar.gz
  url=$(repository)/$version/apache-maven-$version-bin.tar.gz
  curl -fsSL --retry 2 --max-time 120 -o "$file" "$url" || stop "Maven $version is not at $url"
  echo "$(curl -fsSL --retry 2 --max-time 30 "$url.sha512" | cut -c1-128)  $file" | sha512sum --check --status || stop "Maven $version is not what its checksum says"
  tar -x -z --no-same-owner -f "$file" -C "$place" --strip-components=1
  rm -f "$file"
}

repository() {
  local base=${MVNW_REPOURL-}
  [ -n "$base" ] || base=$(unzip -p /usr/share/maven/lib/maven-model-builder-3*.jar org/apache/maven/model/pom-4.0.0.xml | sed -n 's,.*<url>\(https.*\)</url>.*,\1,p' | head -n 1)
  echo "${base%/}/org/apache/maven/apache-maven"
}
