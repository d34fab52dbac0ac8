# Pipenv, as the package index has it; its version here ends as runtime-poetry.sh says.
source "$LIB/python-tool.sh"
install_version() { install_tool "$2" "pipenv==${1%.*.*}"; }
