// Reads apt's sources, in both of their formats, as one-line entries: the stack comes from where the host's packages come from.

export interface SourcesFile {
  name: string;
  text: string;
}

const DEBIAN = /\/debian(-security)?\/?$/;

/**
 * The host's entries for Debian, with `hostSuite` replaced by `suite` (a Debian 13 host can build a Debian 12 stack).
 * Entries of other archives are left out. Empty when the host isn't Debian.
 */
export function debianSources(files: SourcesFile[], o: { hostSuite: string; suite: string }): string[] {
  const entries = files.flatMap(({ name, text }) => (name.endsWith('.sources') ? deb822Entries(text) : oneLineEntries(text)));
  const wanted = entries
    .filter((entry) => DEBIAN.test(entry.uri) && entry.suite.split('-')[0] === o.hostSuite && !entry.suite.includes('backports'))
    .map((entry) => ({ ...entry, suite: entry.suite.replace(o.hostSuite, o.suite) }));
  return [...new Set(wanted.map(formatEntry))];
}

interface Entry {
  uri: string;
  suite: string;
  components: string[];
  options: string[];
}

function formatEntry({ uri, suite, components, options }: Entry): string {
  return ['deb', ...(options.length ? [`[${options.join(' ')}]`] : []), uri, suite, ...components].join(' ');
}

function oneLineEntries(text: string): Entry[] {
  const lines = text.split('\n').map((line) => /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line));
  return lines.flatMap((line) => {
    if (!line) return [];
    const [, options = '', uri = '', suite = '', components = ''] = line;
    return [{ uri, suite, components: words(components), options: words(options) }];
  });
}

function deb822Entries(text: string): Entry[] {
  const stanzas = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/);
  return stanzas.map(deb822Fields).flatMap((fields) => {
    if (!words(fields.get('types')).includes('deb') || fields.get('enabled') === 'no') return [];
    const components = words(fields.get('components'));
    const key = fields.get('signed-by') ?? '';
    // A key written out in the stanza can't be said in one line; the keyring of the distribution serves then.
    const options = [
      ...(key.startsWith('/') ? [`signed-by=${words(key).join(',')}`] : []),
      ...(fields.get('trusted') === 'yes' ? ['trusted=yes'] : []),
    ];
    return words(fields.get('uris')).flatMap((uri) => words(fields.get('suites')).map((suite) => ({ uri, suite, components, options })));
  });
}

function deb822Fields(stanza: string): Map<string, string> {
  const unfolded = stanza.replace(/\n[ \t]+/g, ' ');
  return new Map(
    unfolded.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : [];
    }),
  );
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
