# What dynos need to know: process types where the app names none, and PATH.

# One program is the web process; several are a process type each.
write_procfile() {
  local main name type types=()
  declare -A program_of
  [ ! -f Procfile ] && [ ${#MAINS[@]} -gt 0 ] || return 0
  for main in "${MAINS[@]}"; do
    name=${main##*/}
    type=${name//[^A-Za-z0-9_-]/-}
    [ -z "${program_of[$type]-}" ] || stop "bin/${program_of[$type]} and bin/$name would both be the process type $type." 'Commit a Procfile with a line "TYPE: bin/NAME" for each.'
    program_of[$type]=$name
    types+=("$type: bin/$name")
  done
  if [ ${#types[@]} = 1 ]; then types=("web: ${types[0]#*: }"); fi
  step 'Created a Procfile with the following entries:'
  printf '%s\n' "${types[@]}" | tee Procfile | indent
  if ! grep -q '^web:' Procfile; then warn 'None of them is "web", which alone gets requests: commit a Procfile with a line "web: bin/NAME".'; fi
}

write_profile() {
  echo 'export PATH=$PATH:$HOME/bin' >.profile.d/go.sh
  # A layer that dynos mount: the toolchain itself never gets into the slug.
  if [ "${GO_INSTALL_TOOLS_IN_IMAGE-}" = true ]; then
    echo "runtime go $GO_VERSION" >>"$NOTES/layers"
    printf '%s\n' "export GOROOT=$GOROOT" 'export PATH=$PATH:$GOROOT/bin' >.profile.d/goroot.sh
  fi
  printf 'export %s\n' "GOROOT=$GOROOT" "GOPATH=$GOPATH" "GOCACHE=$GOCACHE" GOTOOLCHAIN=local "PATH=\"$PATH\"" >"$EXPORT_FILE"
}
