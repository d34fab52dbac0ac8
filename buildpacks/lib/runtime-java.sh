# Java as the distribution has it: dynos get the JRE of the JDK that builds use, at the same path.
stack_version() { sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$(readlink -f "$(command -v javac)" | sed 's,/bin/javac$,,')/release"; }
stack_files() { package_files "openjdk-$(stack_version | cut -d. -f1)-jre-headless"; }
