# What go.mod says, in the directives of Go and in Heroku's comments.

# Sets MODULE, PINNED (+heroku goVersion), TOOLCHAIN, DIRECTIVE (go) and INSTALL (+heroku install): empty where nothing is said.
read_go_mod() {
  local first second third rest
  MODULE='' PINNED='' TOOLCHAIN='' DIRECTIVE='' INSTALL=''
  while read -r first second third rest || [ -n "$first" ]; do
    case "$first $second $third" in
      '// +heroku goVersion') PINNED=${PINNED:-${rest%% *}} ;;
      '// +heroku install') INSTALL=${INSTALL:-$rest} ;;
      'module '*) MODULE=${MODULE:-${second//\"/}} ;;
      'go '*) DIRECTIVE=${DIRECTIVE:-$second} ;;
      'toolchain '*) TOOLCHAIN=${TOOLCHAIN:-${second#default}} ;;
    esac
  done < <(tr -d '\r' <go.mod)
}

# What was there before Go had modules.
stop_without_modules() {
  local tool=''
  [ ! -f glide.yaml ] || tool=glide
  [ ! -f vendor/vendor.json ] || tool=govendor
  [ ! -f Godeps/Godeps.json ] || tool=godep
  [ ! -f Gopkg.lock ] || tool=dep
  [ -n "$tool" ] || stop 'No go.mod at the top of the app.' 'Run "go mod init NAME && go mod tidy", commit go.mod and go.sum, and push again.'
  note failure legacy-dependency-manager
  stop "The app uses $tool for its dependencies, which is no longer supported." 'Run "go mod init NAME && go mod tidy", commit go.mod and go.sum, and push again.'
}
