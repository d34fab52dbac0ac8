import { expect, test } from 'vitest';
import { debianSources, type SourcesFile } from '../../../src/start/stack/apt-sources.js';

const KEY = '/usr/share/keyrings/debian-archive-keyring.gpg';

function check(files: SourcesFile[], wanted: string[], hostSuite = 'bookworm', suite = 'bookworm') {
  expect(debianSources(files, { hostSuite, suite })).toEqual(wanted);
}

test('the stanzas of a .sources file become one-line entries, comments and other archives left out', () => {
  const debian = [
    'Types: deb deb-src',
    '# snapshot of some day',
    'URIs: http://mirror.example/debian',
    'Suites: bookworm bookworm-updates',
    'Components: main contrib',
    `Signed-By: ${KEY}`,
    '',
    'Types: deb',
    'URIs: https://mirror.example/debian-security/',
    'Suites: bookworm-security',
    'Components: main',
  ].join('\n');
  const other = 'Types: deb\nURIs: https://node.example/node_20.x\nSuites: nodistro\nComponents: main\n';
  check(
    [
      { name: 'debian.sources', text: debian },
      { name: 'node.sources', text: other },
    ],
    [
      `deb [signed-by=${KEY}] http://mirror.example/debian bookworm main contrib`,
      `deb [signed-by=${KEY}] http://mirror.example/debian bookworm-updates main contrib`,
      'deb https://mirror.example/debian-security/ bookworm-security main',
    ],
  );
});

test('one-line files are read the same way', () => {
  const text = [
    'deb http://mirror.example/debian bookworm main # the lot',
    '#deb http://mirror.example/debian sid main',
    'deb-src http://mirror.example/debian bookworm main',
    '  deb [trusted=yes] file:/srv/debian bookworm main',
    'nonsense',
  ].join('\n');
  check(
    [{ name: 'sources.list', text }],
    ['deb http://mirror.example/debian bookworm main', 'deb [trusted=yes] file:/srv/debian bookworm main'],
  );
});

test.each([
  ['a disabled stanza', 'Types: deb\nEnabled: no\nURIs: http://m/debian\nSuites: bookworm\nComponents: main\n', []],
  ['sources only', 'Types: deb-src\nURIs: http://m/debian\nSuites: bookworm\nComponents: main\n', []],
  ['backports', 'Types: deb\nURIs: http://m/debian\nSuites: bookworm-backports\nComponents: main\n', []],
  [
    'a key written out',
    'Types: deb\nURIs: http://m/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n',
    ['deb http://m/debian bookworm main'],
  ],
  ['an empty file', '', []],
])('%s', (_, text, wanted) => check([{ name: 'x.sources', text }], wanted));

test('a host of the next release gives the entries of ours, one of another distribution gives none', () => {
  check(
    [{ name: 'sources.list', text: 'deb http://m/debian trixie main\ndeb http://m/debian-security trixie-security main' }],
    ['deb http://m/debian bookworm main', 'deb http://m/debian-security bookworm-security main'],
    'trixie',
  );
  check([{ name: 'sources.list', text: 'deb http://archive.example/ubuntu noble main' }], [], 'noble');
});
