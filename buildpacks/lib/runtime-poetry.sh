# Poetry, as the package index has it, with what writes a lockfile down as requirements. The last two numbers of the version
# are those of the stack's Python: stacks don't share what only one of them can run.
source "$LIB/python-tool.sh"
install_version() { install_tool "$2" "poetry==${1%.*.*}" poetry-plugin-export==1.10.1; }
