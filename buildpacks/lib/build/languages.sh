# Languages that no buildpack of ours builds, by the files at the top of their apps; a buildpack for it where one is well known.

LANGUAGES=(
  'Clojure|project.clj deps.edn|https://github.com/heroku/heroku-buildpack-clojure'
  'Scala|build.sbt *.sbt project/build.properties|https://github.com/heroku/heroku-buildpack-scala'
  '.NET|*.sln *.slnx *.csproj *.fsproj *.vbproj global.json|https://github.com/heroku/heroku-buildpack-dotnet'
  'Elixir|mix.exs|https://github.com/HashNuke/heroku-buildpack-elixir'
  'Gleam|gleam.toml|'
  'Erlang|rebar.config erlang.mk|'
  'Deno|deno.json deno.jsonc deno.lock|'
  'Bun|bunfig.toml bun.lock bun.lockb|'
  'Haskell|stack.yaml cabal.project *.cabal|'
  'Swift|Package.swift|https://github.com/vapor-community/heroku-buildpack'
  'Crystal|shard.yml|https://github.com/crystal-lang/heroku-buildpack-crystal'
  'Dart|pubspec.yaml|'
  'D|dub.json dub.sdl|'
  'Nim|*.nimble|'
  'Zig|build.zig|'
  'OCaml|dune-project *.opam|'
  'Julia|Project.toml|'
  'R|init.R renv.lock DESCRIPTION|'
  'Perl|cpanfile Makefile.PL|'
  'Lua|*.rockspec|'
  'C or C++|CMakeLists.txt configure.ac meson.build|'
)

# Sets LANGUAGE, LANGUAGE_FILE and LANGUAGE_PACK: the first of these languages that the app looks like; false when it looks like none.
find_language() {
  local row files file
  for row in "${LANGUAGES[@]}"; do
    IFS='|' read -r LANGUAGE files LANGUAGE_PACK <<<"$row"
    cd "$BUILD_DIR" || return 1
    # Words with a star become the files they stand for.
    for file in $files; do
      [ -f "$file" ] || continue
      LANGUAGE_FILE=$file
      return 0
    done
  done
  LANGUAGE='' LANGUAGE_FILE='' LANGUAGE_PACK=''
  return 1
}

# A catch-all takes an app as it is: it may have wanted to be compiled, and would only die when it is started.
warn_of_language() {
  find_language || return 0
  echo " !     $LANGUAGE_FILE belongs to $LANGUAGE, for which Slipway has no buildpack: nothing is compiled or installed."
  echo ' !     If the app needs that, set a buildpack by its URL, and push again:'
  echo " !     paas buildpacks:set ${LANGUAGE_PACK:-https://…}"
}
