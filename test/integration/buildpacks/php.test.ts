// What the PHP buildpack refuses, and in which words; when packages are installed anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { expectOutcome } from './expect-outcome.js';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

const FIXTURE = 'test/fixtures/apps/php-composer';
const artifact = readFileSync(join(FIXTURE, 'artifacts/nikic-fast-route-1.3.0.zip'));
const fixture = (name: string) => readFileSync(join(FIXTURE, name), 'utf8');
const json = (value: unknown) => JSON.stringify(value);

/** An app with one package of its own, which asks for things. */
function lockedApp(asks: Record<string, string>, gives: Record<string, string> = {}): Record<string, string> {
  const own = { name: 'example/own', version: '1.0.0', type: 'library', require: asks, provide: gives };
  return {
    'composer.json': json({ require: { 'example/own': '*' }, repositories: [{ type: 'path', url: 'own' }, { packagist: false }] }),
    'composer.lock': json({
      'content-hash': 'x',
      packages: [{ ...own, dist: { type: 'path', url: 'own', reference: 'x' } }],
      'packages-dev': [],
    }),
    'own/composer.json': json(own),
  };
}

/** The lockfile of the real app, whose package is elsewhere. */
const lockAt = (place: string) => fixture('composer.lock').replace('artifacts/', place);

const UP_4443 = 'for i in {1..500}; do (exec 3<>/dev/tcp/127.0.0.1/4443) 2>/dev/null && break; sleep 0.02; done';
/** A place that takes connections, and says nothing; one that has a certificate of its own. */
const SILENT =
  `python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 4443)); k = []\n` +
  `while True: k.append(s.accept())' & trap "kill $!" EXIT; ${UP_4443}`;
const UNTRUSTED =
  `openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/key -out /tmp/cert -subj /CN=127.0.0.1 2>/dev/null; openssl ` +
  `s_server -accept 4443 -key /tmp/key -cert /tmp/cert -quiet -www >/dev/null 2>&1 & trap "kill $!" EXIT; ${UP_4443}`;

const realApp: Case['files'] = {
  'composer.json': fixture('composer.json'),
  'composer.lock': fixture('composer.lock'),
  'artifacts/nikic-fast-route-1.3.0.zip': artifact,
  'src/Greeting.php': fixture('src/Greeting.php'),
  'public/index.php': '<?php',
};

const compiled: [string, Omit<Case, 'script'> & { script?: string }, number, (string | RegExp)[]][] = [
  [
    'composer.json that is no JSON',
    { files: { 'composer.json': '{"require": ' } },
    1,
    [" !     composer.json can't be read as JSON: syntax error."],
  ],
  [
    'composer.json that is a list',
    { files: { 'composer.json': '["a"]' } },
    1,
    [" !     composer.json can't be read as JSON: it is not an object."],
  ],
  [
    'a section that is no object',
    { files: { 'composer.json': '{"require": "php"}' } },
    1,
    [' !     "require" in composer.json is not an object.'],
  ],
  [
    'a lockfile of other kinds',
    { files: { 'composer.json': '{}', 'composer.lock': '{"packages": ["a"]}' } },
    1,
    [' !     composer.json or composer.lock is not as Composer writes it: a value in it is of another kind.'],
  ],
  [
    'a lockfile without a list',
    { files: { 'composer.json': '{}', 'composer.lock': '{"packages": "a"}' } },
    1,
    [' !     composer.json or composer.lock is not as Composer writes it: a value in it is of another kind.'],
  ],
  [
    'another PHP',
    { files: { 'composer.json': json({ require: { php: '^99.1' } }) } },
    1,
    [
      /^ !     composer\.json requires PHP \^99\.1, but this stack has PHP 8\.\d+\.\d+\.$/,
      /choose a stack with another one \(paas stack\)\.$/,
    ],
  ],
  [
    'a package for another PHP',
    { files: lockedApp({ php: '>=99' }) },
    1,
    [/^ !     example\/own \(composer\.lock\) requires PHP >=99, but this stack has PHP 8\./],
  ],
  [
    'a constraint that is none',
    { files: { 'composer.json': json({ require: { php: 'eight' } }) } },
    1,
    [' !     composer.json requires PHP "eight", which is not a version constraint.'],
  ],
  [
    'an extension that the stack lacks',
    { files: { 'composer.json': json({ require: { 'ext-sybase': '*' } }) } },
    1,
    [' !     composer.json requires ext-sybase, which this stack does not have. It has:', /^ !     .*\bmbstring\b/],
  ],
  [
    'an extension of another version',
    { files: { 'composer.json': json({ require: { 'ext-mbstring': '^99' } }) } },
    1,
    [/^ !     composer\.json requires ext-mbstring \^99, but this stack has ext-mbstring 8\./],
  ],
  [
    'an extension that a package stands in for',
    { files: lockedApp({ 'ext-sybase': '*' }, { 'ext-sybase': '*' }) },
    0,
    [/Installing example\/own \(1\.0\.0\): Mirroring from own/],
  ],
  [
    'packages without a lockfile',
    { files: { 'composer.json': json({ require: { 'a/b': '*' } }) } },
    1,
    [' !     composer.json requires packages, but there is no composer.lock that says which versions.'],
  ],
  [
    'platform requirements without a lockfile',
    { files: { 'composer.json': json({ require: { php: '>=8', 'ext-json': '*' } }) } },
    0,
    ['       $ composer dump-autoload --no-dev --optimize'],
  ],
  [
    'a lockfile that is out of date',
    {
      files: {
        ...lockedApp({}),
        'composer.json': json({ require: { 'example/own': '*', 'a/b': '*' }, repositories: [{ packagist: false }] }),
      },
    },
    1,
    [
      ' !     composer.lock is out of date: it does not have what composer.json asks for. Run "composer update", ' +
        'commit composer.lock, and push again.',
    ],
  ],
  [
    'a package that was changed',
    {
      files: {
        ...realApp,
        'composer.lock': fixture('composer.lock').replace(/"shasum": "\w+"/, '"shasum": "0000000000000000000000000000000000000000"'),
      },
    },
    1,
    [/^ !     A package is not what composer\.lock says it is/],
  ],
  [
    'a package that is gone',
    { files: { ...realApp, 'artifacts/nikic-fast-route-1.3.0.zip': '' }, script: 'rm artifacts/*; compile' },
    1,
    [/^ !     A package is not where composer\.lock says/],
  ],
  [
    'a registry out of reach',
    {
      files: { ...realApp, 'composer.lock': lockAt('https://registry.example/') },
      script: 'compile; status=$?; cat .slipway/report; return $status',
    },
    1,
    [' !     The place that has a package could not be reached from the build: https://registry.example.', 'failure: "network"'],
  ],
  [
    'a registry that never answers, without waiting for Composer',
    { files: { ...realApp, 'composer.lock': lockAt('https://127.0.0.1:4443/') }, script: `${SILENT}; compile` },
    1,
    ['-----> Installing dependencies', ' !     The place that has a package could not be reached from the build: https://127.0.0.1:4443.'],
  ],
  [
    'a registry in reach that refuses, as Composer says it',
    { files: { ...realApp, 'composer.lock': lockAt('https://127.0.0.1:4443/') }, script: `${UNTRUSTED}; compile` },
    1,
    [/^ {7}\$ composer install/, /^ !     The place that has a package shows a certificate that the build does not trust/],
  ],
  [
    'composer.json of 0 bytes',
    { files: { 'index.php': '', 'composer.json': '' } },
    0,
    [' !     composer.json is empty: it is taken for {}.', '       $ composer dump-autoload --no-dev --optimize'],
  ],
  [
    'composer.json of blanks, and a lockfile of none',
    { files: { 'index.php': '', 'composer.json': '\n', 'composer.lock': '' } },
    0,
    [
      ' !     composer.json is empty: it is taken for {}.',
      ' !     composer.lock is empty: it is taken for none.',
      '       $ composer dump-autoload --no-dev --optimize',
    ],
  ],
  [
    'an empty lockfile where packages are needed',
    { files: { 'composer.json': json({ require: { 'a/b': '*' } }), 'composer.lock': '' } },
    1,
    [' !     composer.json requires packages, but composer.lock is empty.', /^ !     Run "composer update", commit composer\.lock/],
  ],
  [
    'other files that are empty',
    { files: { 'index.php': '', '.user.ini': '', '.htaccess': '' }, config: { COMPOSER: '', COMPOSER_AUTH: '', COMPOSER_VENDOR_DIR: '' } },
    0,
    ["       NOTICE: No Procfile, using 'web: heroku-php-apache2'."],
  ],
  [
    'COMPOSER that names a file that is not there',
    { files: { 'index.php': '', 'composer.json': '{}' }, config: { COMPOSER: 'other.json' } },
    1,
    [' !     The config var COMPOSER names "other.json", which is not there.'],
  ],
  [
    'a lockfile of other kinds, of another name',
    { files: { 'other.json': '{}', 'other.lock': '{"packages": ["a"]}' }, config: { COMPOSER: 'other.json' } },
    1,
    [' !     other.json or other.lock is not as Composer writes it: a value in it is of another kind.'],
  ],
  [
    'a config var with a directory outside',
    { files: { 'composer.json': '{}' }, config: { COMPOSER_VENDOR_DIR: '../vendor' } },
    1,
    [/^ !     The config var COMPOSER_VENDOR_DIR is "\.\.\/vendor"/],
  ],
  [
    'a script that fails for want of a database',
    { files: { 'composer.json': json({ scripts: { compile: 'echo SQLSTATE[08006] Connection refused; exit 1' } }) } },
    1,
    [/^ !     A script failed at its database \(above\)/],
  ],
  [
    'a script that fails at the network',
    { files: { 'composer.json': json({ scripts: { compile: 'echo Connection refused; exit 1' } }) } },
    1,
    [' !     A script of composer.json failed (above).'],
  ],
  [
    '.htaccess that asks for what is never on',
    { files: { 'public/index.php': '', 'composer.json': '{}', 'public/.htaccess': 'RewriteCond %{HTTPS} off\n' } },
    0,
    [
      ' !     public/.htaccess asks for %{HTTPS}, which is off for all visitors: TLS ends at the router. Ask for ' +
        '%{HTTP:X-Forwarded-Proto}.',
    ],
  ],
  [
    'COMPOSER_AUTH that is no JSON',
    { files: realApp, config: { COMPOSER_AUTH: 'token' } },
    1,
    [/^ !     The config var COMPOSER_AUTH is not a JSON object/],
  ],
  [
    'a script that fails',
    { files: { 'composer.json': json({ scripts: { compile: 'exit 3' } }) } },
    1,
    ["-----> Running 'composer compile'", ' !     A script of composer.json failed (above).'],
  ],
  [
    'COMPOSER that names no file of the app',
    { files: { 'index.php': '' }, config: { COMPOSER: '../composer.json' } },
    1,
    [/^ !     The config var COMPOSER names "\.\.\/composer\.json"/],
  ],
  [
    'COMPOSER that names another file',
    { files: { 'index.php': '', 'other.json': json({ require: { php: '^99' } }) }, config: { COMPOSER: 'other.json' } },
    1,
    [/^ !     other\.json requires PHP \^99/],
  ],
  [
    'vendor-dir outside',
    { files: { 'composer.json': json({ config: { 'vendor-dir': '../vendor' } }) } },
    1,
    [/^ !     config\.vendor-dir in composer\.json is "\.\.\/vendor"/],
  ],
  ['.heroku as a file', { files: { 'index.php': '', '.heroku': '' } }, 1, [/^ !     \.heroku is a file/]],
  [
    'packages in the repository',
    { files: { ...realApp, 'vendor/nikic/x.php': '' } },
    0,
    [' !     vendor is in the repository: Composer completes it. Better add it to .gitignore.', /Installing nikic\/fast-route/],
  ],
  [
    'a front controller in public/',
    { files: { 'composer.json': '{}', 'public/index.php': '' }, script: 'compile; /slipway/buildpacks/php/bin/release "$PWD"' },
    0,
    ["       NOTICE: No Procfile, using 'web: heroku-php-apache2 public/'.", '  web: heroku-php-apache2 public/'],
  ],
  [
    'another vendor-dir',
    {
      files: { 'index.php': '', 'composer.json': json({ config: { 'vendor-dir': 'lib/php' } }) },
      script: 'compile; lib/php/bin/heroku-php-nginx -h',
    },
    0,
    ['Usage: heroku-php-nginx [options] [<document-root>]'],
  ],
  [
    'packages that are there, with and without a new class',
    {
      files: realApp,
      script:
        'compile; keep; cp -r "$case"/app/composer.* .; echo == again; compile; keep; echo == class; cp ' +
        'src/Greeting.php src/Other.php; compile; cat .slipway/report',
    },
    0,
    [
      /Installing nikic/,
      '== again',
      '       Nothing to install: the packages are those of the last build.',
      "-----> Running 'composer compile'",
      '== class',
      '       Nothing to install: the packages are those of the last build.',
      '       $ composer dump-autoload --no-dev --optimize',
      'cache: "reused"',
    ],
  ],
  [
    'the same sources twice, with the same outcome',
    {
      files: realApp,
      script:
        'twice() { compile >/dev/null && (cd vendor && find . -type f | sort | xargs sha256sum | sha256sum); rm -rf ' +
        'vendor /tmp/cache/*; }; [ "$(twice)" = "$(twice)" ] && echo equal',
    },
    0,
    ['equal'],
  ],
  [
    'scripts that run whenever packages are installed',
    {
      files: {
        'composer.json': json({ scripts: { 'post-install-cmd': 'echo prepared' } }),
        'composer.lock': json({ 'content-hash': 'x', packages: [], 'packages-dev': [] }),
      },
      script: 'compile; keep; echo == again; compile',
    },
    0,
    ['       prepared', '== again', '       prepared'],
  ],
];

describe('compile', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'php',
      compiled.map(([, each]) => ({ script: 'compile', ...each })),
    );
  }, 300_000);
  it.each(compiled.map(([name], index) => [name, index] as const))('%s', (_, index) =>
    expectOutcome(outcomes[index]!, compiled[index]![2], compiled[index]![3]),
  );
});
