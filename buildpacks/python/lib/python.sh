# The Python that the app runs on: the stack's own, which dynos have at the same path, or one that all apps share read-only.

use_python() {
  local home
  SERIES=${PYTHON_VERSION%.*}
  if [ -n "$PYTHON_ORIGIN" ]; then
    step "Using Python $PYTHON_VERSION specified in $PYTHON_ORIGIN"
  else
    step "No Python version was specified. Using the stack's own: Python $PYTHON_VERSION"
  fi
  home=$RUNTIMES/python/$PYTHON_VERSION/bin
  if [ "$PYTHON_VERSION" = "$(stack_python)" ]; then
    home=/usr/bin
  elif [ ! -d "$home" ]; then
    info "Fetching Python $PYTHON_VERSION, which no app has used here before..."
    request runtime python "$PYTHON_VERSION" || stop_as python-fetch "Python $PYTHON_VERSION can't be fetched: $ANSWER" "Push again; if it stays so, ask for $(stack_python), which the stack has."
  fi
  PYTHON=$home/python$SERIES
  echo "runtime python $PYTHON_VERSION" >>"$NOTES/layers"
  mkdir -p "$BUILD/.heroku" /app/.heroku
  ln -sfn "$BUILD/.heroku/python" $PLACE
  export PATH=$PLACE/bin:$PATH
}

# An environment for packages as venv makes them, without waiting for Python to make it.
make_environment() {
  local place=.heroku/python
  mkdir -p "$place/bin" "$place/lib/python$SERIES/site-packages"
  ln -s lib "$place/lib64"
  ln -s "$PYTHON" "$place/bin/python"
  ln -s python "$place/bin/python3"
  ln -s python "$place/bin/python$SERIES"
  printf 'home = %s\ninclude-system-site-packages = false\nversion = %s\n' "${PYTHON%/*}" "$PYTHON_VERSION" >"$place/pyvenv.cfg"
}
