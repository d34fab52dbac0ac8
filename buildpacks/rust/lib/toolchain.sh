# The Rust that an app gets: the stack's own, or one of Rust's own distribution where the platform reaches that.

stack_rust() { rustc --version | cut -d' ' -f2; }

# use_toolchain <the stack's own version>
use_toolchain() {
  local own=$1 place
  WANTED=${WANTED%-x86_64-unknown-linux-gnu}
  case $WANTED in
    '' | stable | "$own" | "${own%.*}")
      RUST_VERSION=$own
      step "Using Rust $own${WANTED:+ ($WANTED in $ORIGIN)}"
      ;;
    [0-9]*.[0-9]*)
      [[ $WANTED =~ ^[0-9]+\.[0-9]+(\.[0-9]+)?$ ]] || refuse_toolchain "Rust \"$WANTED\" ($ORIGIN) is not the version of a release." "$own"
      RUST_VERSION=$WANTED place=$RUNTIMES/$WANTED
      step "Using Rust $WANTED ($ORIGIN)"
      if [ ! -d "$place" ]; then
        info 'No app has used it here before: it is fetched, once for all.'
        request toolchain rust "$WANTED" || refuse_toolchain "Rust $WANTED ($ORIGIN) can't be had: $ANSWER." "$own"
      fi
      uses rust "$WANTED"
      export PATH=$place/bin:$PATH
      ;;
    *) refuse_toolchain "Rust \"$WANTED\" ($ORIGIN) can't be had: only releases are, no nightly or beta." "$own" ;;
  esac
  note rust_version "$RUST_VERSION"
}

refuse_toolchain() {
  local others=''
  note failure rust-version
  if [ -s "$RUNTIMES/versions" ]; then others="; of the others the newest are $(tail -n 8 "$RUNTIMES/versions" | tac | paste -sd, | sed 's/,/, /g')"; fi
  stop "$1" "There is Rust $2, the stack's own$others. Write \"stable\" or \"${2%.*}\" there, or leave it out."
}
