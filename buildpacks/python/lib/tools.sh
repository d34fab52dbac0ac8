# The programs that install: fetched once for all apps, and never part of an app.
TOOL_UV=0.13.9
TOOL_PIP=26.3
TOOL_POETRY=2.5.1
TOOL_PIPENV=2026.10.3

# Puts uv on the PATH; fails with ANSWER when it can't be had.
get_uv() {
  local place=$RUNTIMES/uv/$TOOL_UV
  [ -d "$place" ] || request toolchain uv $TOOL_UV || return 1
  uses uv $TOOL_UV
  [[ :$PATH: = *:$place/bin:* ]] || export PATH=$place/bin:$PATH
  export UV_CACHE_DIR=$CACHE/uv UV_PYTHON=$PLACE/bin/python UV_PROJECT_ENVIRONMENT=$PLACE UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
}

# Poetry and Pipenv set TOOL, and fail likewise.
get_poetry() {
  get_tool poetry $TOOL_POETRY || return 1
  export POETRY_CACHE_DIR=$CACHE/poetry POETRY_NO_INTERACTION=1 POETRY_VIRTUALENVS_CREATE=false
}

get_pipenv() {
  get_tool pipenv $TOOL_PIPENV || return 1
  export PIPENV_CACHE_DIR=$CACHE/pipenv PIPENV_NOSPIN=1 PIPENV_IGNORE_VIRTUALENVS=1 WORKON_HOME=/tmp/pipenv
}

# What collectstatic and hooks may call: uv, and the app's own package manager, whether it has just installed something or
# the packages are those of an earlier build.
offer_tools() {
  [ "$MANAGER" != none ] || return 0
  get_uv || info "uv can't be had for the steps that follow: $ANSWER"
  case $MANAGER in poetry | pipenv) ;; *) return 0 ;; esac
  "get_$MANAGER" || { info "$MANAGER can't be had for the steps that follow: $ANSWER"; return; }
  offer "$MANAGER"
  unset PIPENV_IGNORE_VIRTUALENVS
  [ "$MANAGER" != pipenv ] || export PIPENV_SYSTEM=1 PIPENV_VERBOSITY=-1 VIRTUAL_ENV=$PLACE
}

# Puts the TOOL on the PATH by its name.
offer() {
  local dir=$NOTES/bin
  mkdir -p "$dir"
  printf '#!/bin/sh\nexec %s "$@"\n' "${TOOL[*]}" >"$dir/$1"
  chmod +x "$dir/$1"
  export PATH=$dir:$PATH
}

# get_tool <name> <version>: sets TOOL to a program written in Python, which runs on the stack's own.
get_tool() {
  local version place
  version=$2.$(stack_python | cut -d. -f1,2)
  place=$RUNTIMES/$1/$version
  if [ ! -d "$place" ]; then
    info "Fetching $1 $2, which no app has used here before..."
    request toolchain "$1" "$version" || return 1
  fi
  uses "$1" "$version"
  TOOL=("$place/bin/python" -I -m "$1")
}
