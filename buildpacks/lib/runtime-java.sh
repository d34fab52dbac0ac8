# Java. The stack's own are the distribution's packages: dynos get the JRE of the JDK that builds use, at the same path.
# Others come from Adoptium, where the internet is open: the newest of each line that it supports.
ADOPTIUM=${ADOPTIUM_API_URL:-https://api.adoptium.net}

stack_version() { sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$(readlink -f "$(command -v javac)" | sed 's,/bin/javac$,,')/release"; }

# The key store of certificates, and what lies in PATH, are made when packages are installed, and are no file of theirs.
stack_files() {
  package_files "openjdk-$(stack_version | cut -d. -f1)-jre-headless"
  printf '%s\n' /etc/ssl/certs/java/cacerts /usr/bin/java /etc/alternatives/java
}

list_versions() {
  local lines line
  lines=$(adoptium info/available_releases | jq -r '[.available_lts_releases[], .most_recent_feature_release] | unique[]') || stop "Adoptium ($ADOPTIUM) can't be reached"
  for line in $lines; do
    newest "$line" | jq -r "$VERSION"
  done | sort -V
}

install_version() {
  local version=$1 place=$2 found file=/tmp/jdk-$1.tar.gz
  found=$(newest "${version%%.*}")
  [ "$(jq -r "$VERSION" <<<"$found")" = "$version" ] || stop "Java $version is no longer the newest of its line: push again"
  curl -fsSL --retry 2 --max-time 150 -o "$file" "$(jq -r .binary.package.link <<<"$found")" || stop "Java $version can't be fetched from Adoptium"
  echo "$(jq -r .binary.package.checksum <<<"$found")  $file" | sha256sum --check --status || stop "Java $version is not what its checksum says"
  tar -x -z --no-same-owner -f "$file" -C "$place" --strip-components=1 --exclude='*/jmods' --exclude='*/src.zip' --exclude='*/man' --exclude='*/demo'
  rm -f "$file"
}

VERSION='.version | [.major, .minor, .security, .patch] | map(select(. != null)) | join(".")'
newest() { adoptium "assets/latest/$1/hotspot?architecture=x64&image_type=jdk&os=linux&vendor=eclipse" | jq -e '.[0]'; }
adoptium() { curl -fsSL --retry 2 --max-time 30 "$ADOPTIUM/v3/$1"; }
