# The config vars that Go programs are built with. Others stay out: GOPATH or GOOS of a dyno are not meant for the build.

IMPORTED='^(GOVERSION|GOFLAGS|GOPROXY|GOPRIVATE|GONOPROXY|GOSUMDB|GONOSUMDB|GOINSECURE|GOAUTH|GOVCS|GOEXPERIMENT|GOAMD64|CGO_[A-Z]+|GO_(LINKER_SYMBOL|LINKER_VALUE|INSTALL_PACKAGE_SPEC|INSTALL_TOOLS_IN_IMAGE|SETUP_GOPATH_FOR_MODULE_CACHE))$'

import_config_vars() {
  local file name value
  GO_LINKER_VALUE=${SOURCE_VERSION-}
  for file in "$1"/*; do
    name=${file##*/}
    [[ -f $file && $name =~ $IMPORTED ]] || continue
    IFS= read -r -d '' value <"$file"
    export "$name=${value//'${build_dir}'/"$BUILD"}"
  done
}

# GO_GIT_CRED__HTTPS__GITHUB__COM: git asks for a password, and gets that config var.
use_git_credentials() {
  local vars=("$1"/GO_GIT_CRED__*)
  [ ${#vars[@]} -gt 0 ] || return 0
  export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0="!$PACK/lib/git-credential '$1'"
}
