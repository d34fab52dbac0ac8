# What decides about the build: config vars, and over them the file RustConfig, as the community's buildpack reads it.

read_settings() {
  local name
  RUST_SKIP_BUILD=${RUST_SKIP_BUILD-0} RUST_INSTALL_DIESEL=${RUST_INSTALL_DIESEL-0} DIESEL_FLAGS=${DIESEL_FLAGS-}
  RUST_CARGO_BUILD_FLAGS=${RUST_CARGO_BUILD_FLAGS---release}
  VERSION='' BUILD_PATH=${BUILD_PATH-}
  # shellcheck source=/dev/null
  [ ! -f RustConfig ] || source ./RustConfig
  [ "$RUST_SKIP_BUILD" = 1 ] || [ -f "./$BUILD_PATH/Cargo.toml" ] || stop "There is no Cargo.toml in ${BUILD_PATH:-the top of the app}." 'Set BUILD_PATH in RustConfig, or as a config var, to the directory that has it.'
  case /$BUILD_PATH/ in */../*) stop 'BUILD_PATH leads out of the app.' 'Correct it, and push again.' ;; esac
  WANTED=$VERSION ORIGIN='VERSION in RustConfig'
  for name in rust-toolchain.toml rust-toolchain; do
    [ -z "$WANTED" ] && [ -f "$name" ] && { WANTED=$(channel_of "$name") ORIGIN=$name; }
  done
  true
}

# The channel of a toolchain file, in either form: a word, or TOML.
channel_of() {
  if grep -q '^ *\[toolchain\]' "$1"; then
    sed -n "s/^ *channel *= *[\"']\([^\"']*\)[\"'].*/\1/p" "$1" | head -n 1
  else
    grep -m 1 -o '[^[:space:]]\+' "$1"
  fi
}
