# Ruby as the distribution has it: dynos get its packages as a layer, at the same paths.
stack_version() { ruby -e 'print RUBY_VERSION'; }
stack_files() { package_files ruby ruby-bundler rake; }
