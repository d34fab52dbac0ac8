# The web process of an app without one in its Procfile: by the framework, and the server that is among its packages.

default_web() {
  if [ -n "$MANAGE" ] && has_package django; then
    django_web
  else
    entry_web
  fi
}

has_program() { [ -x ".heroku/python/bin/$1" ]; }

django_web() {
  local dir=${MANAGE%manage.py} project
  dir=${dir%/}
  project=$(django_project "${dir:-.}")
  if [ -n "$project" ] && has_program gunicorn && [ -f "${dir:-.}/${project//.//}/wsgi.py" ]; then
    echo "gunicorn ${dir:+--chdir $dir }$project.wsgi"
  elif [ -n "$project" ] && has_program uvicorn && [ -f "${dir:-.}/${project//.//}/asgi.py" ]; then
    echo "uvicorn ${dir:+--app-dir $dir }$project.asgi:application --host 0.0.0.0 --port \$PORT"
  else
    echo "python $MANAGE runserver 0.0.0.0:\$PORT"
  fi
}

# The package with wsgi.py: the one of the settings that manage.py names, or the only one.
django_project() {
  local name file found=()
  name=$(sed -nE "s/.*DJANGO_SETTINGS_MODULE[^A-Za-z_]+([A-Za-z_][A-Za-z0-9_.]*).*/\1/p" "$1/manage.py" | head -n 1)
  while [[ $name == *.* ]]; do
    name=${name%.*}
    [ -f "$1/${name//.//}/wsgi.py" ] && echo "$name" && return
  done
  for file in "$1"/*/wsgi.py; do [ -f "$file" ] && found+=("$file"); done
  [ ${#found[@]} != 1 ] || basename "$(dirname "${found[0]}")"
}

# A file that is usually started, and what it calls the app in it.
entry_web() {
  local file module name
  for file in app.py main.py wsgi.py asgi.py server.py application.py api.py app/main.py app/__init__.py src/app.py src/main.py; do
    [ -f "$file" ] || continue
    module=${file%.py} module=${module%/__init__}
    if name=$(variable_of "$file" 'FastAPI|Starlette|Quart|Litestar|BlackSheep|Sanic') && has_program uvicorn; then
      echo "uvicorn ${module//\//.}:$name --host 0.0.0.0 --port \$PORT"
      return
    elif name=$(variable_of "$file" 'Flask|Bottle|Dash') || name=$(imported_by "$file"); then
      has_program gunicorn && echo "gunicorn ${module//\//.}:$name" && return
      has_program flask && echo "flask --app ${module//\//.}:$name run --host 0.0.0.0 --port \$PORT" && return
    elif grep -qE '^def create_app\(' "$file"; then
      has_program gunicorn && echo "gunicorn '${module//\//.}:create_app()'" && return
      has_program flask && echo "flask --app ${module//\//.} run --host 0.0.0.0 --port \$PORT" && return
    fi
  done
  for file in app.py main.py server.py; do
    [ -f "$file" ] && echo "python $file" && return
  done
  true
}

# variable_of <file> <classes>: the variable at the top of a module that holds such an object.
variable_of() {
  local line
  line=$(grep -m 1 -E "^[A-Za-z_][A-Za-z0-9_]*( *:[^=]*)? *= *([a-z_]+\.)*($2)\(" "$1") || return 1
  [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*) ]] && echo "${BASH_REMATCH[1]}"
}

# What wsgi.py or asgi.py pass on from elsewhere: `from hello import app`, `app = create_app()`.
imported_by() {
  local line
  case ${1##*/} in wsgi.py) ;; *) return 1 ;; esac
  line=$(grep -m 1 -oE '^(application|app)\b *=|^from .* import .*\b(application|app)\b' "$1") || return 1
  [[ $line =~ (application|app)( *=)?$ ]] && echo "${BASH_REMATCH[1]}"
}
