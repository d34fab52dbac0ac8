// Reads what Gemfile.lock says; Bundler's format is indented lines below headings.

/** Sections by their heading, each a list of lines. A heading may come several times (GIT, PATH). */
export function readSections(text) {
  const sections = {};
  let lines = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (/^[A-Z]/.test(line)) {
      lines = [];
      (sections[line.trim()] ??= []).push(lines);
    } else if (line.trim() !== '') lines.push(line);
  }
  return sections;
}

/**
 * { gems: Map of name → version, platforms, ruby: { version, engine } or null, bundler: version or null }.
 * A gem with versions for several platforms is there once, without the platform.
 */
export function readLock(text) {
  const sections = readSections(text);
  const all = (heading) => (sections[heading] ?? []).flat();
  const gems = new Map();
  for (const line of ['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE'].flatMap(all)) {
    const spec = /^ {4}([^\s(]+) \(([^)-]+)/.exec(line);
    if (spec && !gems.has(spec[1])) gems.set(spec[1], spec[2]);
  }
  const ruby = /ruby (\d[\w.]*?)(?:p-?\d+)?(?: \((\w+) [^)]*\))?$/.exec(all('RUBY VERSION')[0]?.trim() ?? '');
  return {
    gems,
    platforms: all('PLATFORMS').map((line) => line.trim()),
    ruby: ruby ? { version: ruby[1], engine: ruby[2] ?? 'ruby' } : null,
    bundler: all('BUNDLED WITH')[0]?.trim() ?? null,
  };
}

/** Whether gems locked for these platforms can be installed on Linux; `cpu` as in `x86_64-linux`. */
export function suitsLinux(platforms, cpu) {
  return platforms.length === 0 || platforms.some((each) => each === 'ruby' || each === `${cpu}-linux` || each === `${cpu}-linux-gnu` || each === 'linux');
}

/** What of Gemfile.lock decides which gems are installed: all but the version of Bundler that wrote it. */
export function withoutBundler(text) {
  return text.replace(/\r/g, '').replace(/\nBUNDLED WITH\n[^\n]*\n?/, '\n').trim();
}
