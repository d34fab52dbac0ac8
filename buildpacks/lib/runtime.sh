#!/bin/bash
# Language runtimes for all apps. Runs without anything of an app.
#
#   runtime.sh bake                            when the image is made: packs the runtimes that are wanted first
#   runtime.sh stack <language>                says the version of the stack's own, in field "version"
#   runtime.sh inventory <language>            fetches the list of the other versions
#   runtime.sh refresh all                     the same, for each language anyone has ever asked it for
#   runtime.sh install <language> <version>    sends a runtime as a layer; one that isn't the stack's is installed first,
#                                              into the volume that builds see read-only
#   runtime.sh toolchain <language> <version>  installs it there and sends nothing: dynos don't need it
#   runtime.sh list all                        says what is installed there, in field "runtimes": "<language> <version> <time>" a line
#   runtime.sh drop <language> <version>       removes it again, with its headers
#   runtime.sh headers <language> <version>    adds what only compilers need
#
# A language is a file runtime-<language>.sh, which defines what of this it has:
#   stack_version                       the version of the stack's own runtime
#   stack_files                         the paths of its files, one a line (package_files makes them of packages)
#   list_versions                       the other versions there are, ascending
#   install_version <version> <place>   fills the directory <place>
#   install_headers <version> <place>
#
# stdout speaks as build.sh does; the last line on stderr is the reason when it fails.
set -eu -o pipefail
umask 022
exec 3>&1 1>&2

LIB=$(dirname "$0")
ROOT=/opt/slipway/runtimes
BAKED=/slipway/runtimes
export HOME=/tmp PATH=/opt/node/bin:$PATH npm_config_update_notifier=false npm_config_loglevel=error

main() {
  if [ "$1" = bake ]; then
    bake
    return
  fi
  local does=$1 language=$2 version=${3-}
  [[ $language =~ ^[a-z]+$ && $version =~ ^[0-9.]*$ ]] || stop "no such runtime: $language $version"
  if [ "$does" = refresh ]; then
    refresh
    echo done >&3
    return
  fi
  if [ "$does" = list ]; then
    list
    echo done >&3
    return
  fi
  [ -f "$LIB/runtime-$language.sh" ] || stop "no such language: $language"
  # shellcheck source=/dev/null
  source "$LIB/runtime-$language.sh"
  mkdir -p "$ROOT/$language"
  exec 9>"$ROOT/$language/.lock-$does-$version"
  flock 9
  "$does" "$language" "$version"
  echo done >&3
}

stop() { echo "$*" >&2; exit 1; }

bake() {
  local language version
  for language in node; do
    mkdir -p "$BAKED/$language"
    # shellcheck source=/dev/null
    source "$LIB/runtime-$language.sh"
    version=$BAKED/$language/$(stack_version)
    stack_files | pack >"$version.tgz"
    # What a layer is known by takes a second to find out: it is written down.
    echo "$(sha256sum <"$version.tgz" | cut -c1-64) $(pigz -dc "$version.tgz" | sha256sum | cut -c1-64)" >"$version.tgz.ids"
  done
}

tell() { printf '%s %d\n%s\n' "$1" ${#2} "$2" >&3; }

stack() { tell version "$(stack_version)"; }

refresh() {
  local list language
  for list in "$ROOT"/*/versions; do
    [ -f "$list" ] || continue
    language=$(basename "$(dirname "$list")")
    # shellcheck source=/dev/null
    (source "$LIB/runtime-$language.sh" && inventory "$language")
  done
}

inventory() {
  local list=$ROOT/$1/versions
  list_versions >"$list.new"
  [ -s "$list.new" ] || stop "the list of $1 versions is empty"
  # A new time only when something is new: plans that were made with it stay good.
  if cmp -s "$list.new" "$list"; then touch "$list.checked"; else mv "$list.new" "$list" && touch "$list.checked"; fi
}

install() {
  if [ -f "$BAKED/$1/$2.tgz" ]; then
    tell ids "$(<"$BAKED/$1/$2.tgz.ids")"
    send <"$BAKED/$1/$2.tgz"
  elif type stack_version >/dev/null 2>&1 && [ "$2" = "$(stack_version)" ]; then
    stack_files | pack | send
  else
    toolchain "$1" "$2"
    find "$ROOT/$1/$2" | pack | send
  fi
}

toolchain() {
  local place=$ROOT/$1/$2
  [ ! -d "$place" ] || return 0
  rm -rf "$place.new" && mkdir "$place.new"
  install_version "$2" "$place.new"
  chmod -R go-w,a+rX "$place.new"
  mv "$place.new" "$place"
}

headers() {
  local place=$ROOT/$1/$2-headers
  [ ! -d "$place" ] || return 0
  rm -rf "$place.new" && mkdir "$place.new"
  install_headers "$2" "$place.new"
  mv "$place.new" "$place"
}

list() {
  tell runtimes "$(cd "$ROOT" && find . -mindepth 2 -maxdepth 2 -type d -printf '%h %f %Ts\n' | sed -nE 's,^\./([a-z]+) ([0-9.]+)(-headers)? ,\1 \2 ,p')"
}

# Out of sight first: no build finds half of it.
drop() {
  local place
  for place in "$ROOT/$1/$2" "$ROOT/$1/$2-headers"; do
    rm -rf "$place.gone"
    [ ! -d "$place" ] || mv "$place" "$place.gone"
    rm -rf "$place.gone"
  done
}

# The paths on stdin as a layer, with the directories above them: the engine would make those so that nobody may enter.
pack() {
  perl -lne 'while (length) { $seen{$_}++; s{/[^/]*$}{} or last } END { print substr $_, 1 for sort keys %seen }' \
    | tar -c --format=gnu --numeric-owner --owner=0 --group=0 --mtime=@499162500 -C / --no-recursion --verbatim-files-from -T - \
    | pigz -1 -n -p 4
}

# The files of packages and of all they depend on, as far as dynos don't have them. Paths are told as they really are:
# an entry below /lib would put a directory where dynos have a link.
package_files() {
  export WANTED="$*"
  dpkg-query -W -f '${Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n' | perl -F'\t' -lane '
    BEGIN { open my $run, "<", "/slipway/run-packages" or die "run-packages: $!"; chomp(@run = <$run>); @has{@run} = () }
    sub names { map { [map { s/[\s(:\[].*//sr } map { s/^\s+//r } split /\|/] } grep { /\S/ } split /,/, $_[0] // "" }
    $needs{$F[0]} = [names($F[2])];
    $who{$_->[0]} //= $F[0] for [$F[0]], names($F[1]);
    $who{$F[0]} = $F[0];
    END {
      @todo = split / /, $ENV{WANTED};
      while (defined($name = shift @todo)) {
        $package = $who{$name} // next;
        next if exists $has{$package} || $taken{$package}++;
        print $package;
        for $choice (@{$needs{$package}}) { ($found) = grep { $who{$_} } @$choice; push @todo, $found if $found }
      }
    }' | xargs -r dpkg -L | sort -u | existing_files
}

existing_files() {
  local path dir real='' last=''
  while IFS= read -r path; do
    case $path in /usr/share/doc/* | /usr/share/man/* | /usr/share/lintian/* | /usr/include/*) continue ;; esac
    [ -L "$path" ] || [ -f "$path" ] || continue
    dir=${path%/*}
    # The top's own links (/lib, /bin) are everyone's.
    [ -n "$dir" ] || continue
    [ "$dir" = "$last" ] || { real=$(realpath "$dir") last=$dir; }
    echo "$real/${path##*/}"
  done
}

send() {
  echo 'blob runtime' >&3
  perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"' >&3
}

main "$@"
