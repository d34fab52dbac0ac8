# The programs that install: fetched once for all apps, and never part of an app.
TOOL_UV=0.13.9
TOOL_PIP=26.3
TOOL_POETRY=2.5.1
TOOL_PIPENV=2026.10.3

# Puts uv on the PATH; fails with ANSWER when it can't be had.
get_uv() {
  local place=$RUNTIMES/uv/$TOOL_UV
  [ -d "$place" ] || request toolchain uv $TOOL_UV || return 1
  export PATH=$place/bin:$PATH
  export UV_CACHE_DIR=$CACHE/uv UV_PYTHON=$PLACE/bin/python UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
}

# get_tool <name> <version>: sets TOOL to a program written in Python, which runs on the stack's own.
get_tool() {
  local version place
  version=$2.$(stack_python | cut -d. -f1,2)
  place=$RUNTIMES/$1/$version
  if [ ! -d "$place" ]; then
    info "Fetching $1 $2, which no app has used here before..."
    request toolchain "$1" "$version" || stop_as "$1-fetch" "$1 $2 can't be installed: $ANSWER" 'Push again; if it stays so, the operator looks whether builds reach the package index.'
  fi
  TOOL=("$place/bin/python" -I -m "$1")
}
