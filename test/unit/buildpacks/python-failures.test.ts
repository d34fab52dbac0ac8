// What uv, pip, Poetry, Pipenv and Django print, and the failure that is told.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bashAll } from './python-apps.js';

const INSTALL: [string, string, string?][] = [
  ['no-disk-space', 'error: failed to write: No space left on device (os error 28)'],
  ['out-of-memory', 'gcc: fatal error: Killed signal terminated program cc1plus\nKilled'],
  [
    'index-auth',
    'error: Failed to fetch: `https://index.example/simple/shop/`\n' +
      '  cause: HTTP status client error (401 Unauthorized) for url (https://index.example/simple/shop/)',
  ],
  ['index-auth', 'ERROR: HTTP error 403 Forbidden while getting https://index.example/shop.whl'],
  ['git-ssh', 'error: cannot run ssh: No such file or directory\nfatal: unable to fork'],
  ['git-ssh', 'git@git.example: Permission denied (publickey).'],
  ['git-auth', "fatal: could not read Username for 'https://git.example': terminal prompts disabled"],
  ['git-auth', 'remote: Repository not found.\nfatal: repository https://git.example/a/b.git/ not found'],
  [
    'git-network',
    "fatal: unable to access 'https://git.example/a.git/': Could not resolve host: git.example",
    'The git repository https://git.example/a.git/ could',
  ],
  ['git-revision', "error: pathspec 'v9' did not match any file(s) known to git"],
  ['network', 'error: Request failed after 3 retries\n  cause: error sending request for url (http://127.0.0.1:9/simple/flask/)'],
  ['network', "WARNING: Retrying after connection broken by 'NewConnectionError(...)'"],
  ['certificate', 'cause: invalid peer certificate: UnknownIssuer'],
  [
    'hash-mismatch',
    'error: Failed to download `click==8.1.7`\n  cause: Hash mismatch for `click==8.1.7`\n\n Expected:',
    'click==8.1.7 is not what',
  ],
  ['hash-mismatch', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'],
  ['hash-missing', 'ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements.'],
  ['hash-missing', 'error: In `--require-hashes` mode, all requirements must have a hash, but none were provided for: six'],
  ['uv-lock-outdated', 'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.'],
  ['uv-lock-invalid', 'error: Failed to parse `uv.lock`\n  cause: TOML parse error at line 1'],
  [
    'poetry-lock-outdated',
    'Error: pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.',
  ],
  ['poetry-invalid', "The Poetry configuration is invalid:\n  - The fields ['authors'] are required in package mode."],
  ['pipfile-lock-outdated', 'Pipfile.lock is out-of-date. Run $ pipenv lock to update.'],
  ['missing-file', "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'nope.txt'", 'nope.txt is named'],
  [
    'missing-file',
    'error: Error parsing included file in `requirements.txt` at position 0\n' +
      '  cause: failed to read from file `/tmp/build_1/nope.txt`: No such file or directory (os error 2)',
    'nope.txt is named',
  ],
  ['missing-file', 'error: Distribution not found at: file:///tmp/build_1/nope', 'nope is named'],
  [
    'invalid-requirement',
    "ERROR: Invalid requirement: 'this is not one': Expected semicolon (after name with no version specifier) or end",
    '"this is not one"',
  ],
  ['invalid-requirement', 'Usage: pip install [options]\npip: error: no such option: --nope'],
  ['conflict', 'ERROR: Cannot install flask and werkzeug because these package versions have conflicting dependencies.'],
  ['conflict', '  × No solution found when resolving dependencies:\n  ╰─▶ we can conclude that your requirements are unsatisfiable.'],
  [
    'no-matching-distribution',
    'ERROR: Could not find a version that satisfies the requirement flask==99 (from versions: 0.1)\n' +
      'ERROR: No matching distribution found for flask==99',
    'There is no flask==99 ',
  ],
  [
    'no-wheel',
    "error: Distribution `pywin32==306 @ registry+https://index.example` can't be installed because it doesn't have a " +
      'source distribution or wheel for the current platform',
    'pywin32==306',
  ],
  ['python-mismatch', "ERROR: Package 'shop' requires a different Python: 3.11.2 not in '>=3.12'", 'shop is made for another version'],
  [
    'python-mismatch',
    'cause: Because the current Python version (3.11.2) does not satisfy Python>=3.13 and shop==1.0 depends on ' +
      'Python>=3.13, we can conclude that your requirements are unsatisfiable.',
    'or the app itself',
  ],
  [
    'python-mismatch',
    'ERROR: Ignored the following versions that require a different python version: 2.3 Requires-Python >=3.12\n' +
      'six requires Python >=3.12 but 3.11.2 is there',
  ],
  [
    'own-python',
    "error: The requested interpreter resolved to Python 3.11.2, which is incompatible with the project's Python requirement: `>=3.12`",
    'The app itself',
  ],
  ['own-python', 'Current Python version (3.11.2) is not allowed by the project (^3.12).', 'The app itself'],
  ['mysql-headers', 'Exception: Can not find valid pkg-config name.\nSpecify MYSQLCLIENT_CFLAGS and MYSQLCLIENT_LDFLAGS env vars manually'],
  ['postgres-headers', 'Error: pg_config executable not found.'],
  [
    'missing-header',
    "src/_ldap.c:3:10: fatal error: lber.h: No such file or directory\nerror: command '/usr/bin/gcc' failed with exit code 1",
    'the header lber.h,',
  ],
  ['missing-rust', "error: can't find Rust compiler"],
  ['pkg-resources', "ModuleNotFoundError: No module named 'pkg_resources'"],
  ['old-setup', "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?"],
  ['old-setup', 'error in setup command: use_2to3 is invalid.'],
  ['setup-syntax', '    SyntaxError: invalid syntax', '(SyntaxError: invalid syntax, above)'],
  ['setup-import', "ModuleNotFoundError: No module named 'numpy'", 'needs numpy already'],
  ['flat-layout', "error: Multiple top-level packages discovered in a flat-layout: ['app', 'docs']."],
  ['no-package-found', 'ValueError: Unable to determine which files to ship inside the wheel using the following heuristics'],
  ['no-package-found', 'Error: The current project could not be installed: No file/folder found for package shop'],
  ['readme-missing', 'OSError: Readme file does not exist: README.md'],
  ['compiler', "error: command '/usr/bin/x86_64-linux-gnu-gcc' failed with exit code 1"],
  ['build-failed', 'error: Failed to build `shop==1.0`\n  cause: The build backend returned an error', 'shop==1.0 could'],
  ['build-failed', 'error: metadata-generation-failed'],
  ['git', 'error: Git operation failed\n  cause: failed to clone'],
  ['unknown', 'Resolved 5 packages in 2ms'],
];

const STATIC: [string, string, string?][] = [
  ['out-of-memory', 'Killed'],
  ['collectstatic-import', "ModuleNotFoundError: No module named 'whitenoise'", 'The app imports whitenoise,'],
  ['collectstatic-import', "ImportError: cannot import name 'ugettext' from 'django.utils.translation'", "cannot import name 'ugettext'"],
  ['collectstatic-config-var', "KeyError: 'SECRET_KEY'", 'paas config:set SECRET_KEY=...'],
  [
    'collectstatic-config-var',
    'django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable',
    'config:set DATABASE_URL=...',
  ],
  [
    'collectstatic-config-var',
    'decouple.UndefinedValueError: API_KEY not found. Declare it as envvar or define a default value.',
    'config:set API_KEY=...',
  ],
  ['collectstatic-secret-key', 'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'],
  [
    'collectstatic-missing-file',
    "whitenoise.storage.MissingFileError: The file 'polls/images/a.png' could not be found with <...>",
    'refers to polls/images/a.png,',
  ],
  ['collectstatic-missing-file', "ValueError: Missing staticfiles manifest entry for 'a.css'", 'refers to a.css,'],
  [
    'collectstatic-no-directory',
    "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/build_1/static'",
    '/tmp/build_1/static is not there',
  ],
  ['collectstatic-database', 'django.db.utils.OperationalError: connection to server failed'],
  ['collectstatic-syntax', '    SyntaxError: invalid syntax', 'SyntaxError: invalid syntax.'],
  ['collectstatic-settings', 'django.core.exceptions.ImproperlyConfigured: Requested setting X, but settings are not configured.'],
  ['unknown', '12 static files copied'],
];

const NLTK: [string, string, string?][] = [
  ['nltk-package', "[nltk_data] Error loading nope: Package 'nope' not found in\n[nltk_data]     index", 'nope in nltk.txt is not'],
  [
    'nltk-unreachable',
    '[nltk_data] Error loading stopwords: <urlopen error [Errno -3]\n[nltk_data]     Temporary failure in name resolution>',
    'NLTK_DOWNLOAD_URL',
  ],
  ['unknown', '[nltk_data] Downloading package stopwords'],
];

/** As `explain` of the pack's lib/report.sh does: the first row whose pattern a line matches, with what its group found. */
function explain(table: string, log: string): { id: string; text: string } {
  for (const [id, pattern, text] of rows(table)) {
    const match = log
      .split('\n')
      .map((line) => new RegExp(pattern!).exec(line))
      .find(Boolean);
    if (match) return { id: id!, text: text!.replaceAll('{1}', match.slice(1).find(Boolean) ?? '') };
  }
  return { id: 'unknown', text: '' };
}

function rows(table: string): string[][] {
  return readFileSync(`buildpacks/python/lib/${table}.tsv`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

const SITE = '/app/.heroku/python/lib/python3.13/site-packages';
const frames = (...files: string[]) =>
  ['Traceback (most recent call last):', ...files.map((file) => `  File "${file}", line 1, in <module>`)].join('\n');
const MISSING: [string, string, string?][] = [
  ['', `${frames('/tmp/build_1/mysite/settings.py')}\nModuleNotFoundError: No module named 'whitenoise'`],
  [
    '',
    `${frames('/tmp/build_1/manage.py', `${SITE}/django/apps/config.py`, '/usr/lib/python3.13/importlib/__init__.py', '<frozen importlib._bootstrap>')}\nModuleNotFoundError: No module named 'corsheaders'`,
  ],
  [
    'package-import',
    `${frames('/tmp/build_1/mysite/settings.py', `${SITE}/reports/__init__.py`)}\nModuleNotFoundError: No module named 'numpy'`,
    'reports imports numpy,',
  ],
  [
    'module-removed',
    `${frames('/tmp/build_1/mysite/settings.py', `${SITE}/reports/build.py`)}\nModuleNotFoundError: No module named 'distutils.util'`,
    'reports imports distutils, which Python has no longer since 3.12: take a newer',
  ],
  ['module-removed', `${frames('/tmp/build_1/mysite/settings.py')}\nModuleNotFoundError: No module named 'cgi'`, 'The app imports cgi,'],
  [
    'own-module',
    `${frames('/tmp/build_1/manage.py', `${SITE}/django/conf/__init__.py`, '<frozen importlib._bootstrap>')}\nModuleNotFoundError: No module named 'mysite.production'`,
    "in the app's mysite",
  ],
  [
    '',
    `${frames('/tmp/build_1/mysite/settings.py')}\nModuleNotFoundError: No module named 'local_settings'\n\n` +
      `${frames('/tmp/build_1/mysite/settings.py')}\nKeyError: 'SECRET_KEY'`,
  ],
  [
    'tool-broken',
    `${frames('/opt/slipway/runtimes/poetry/2.5.1.3.11/lib/python3.11/site-packages/poetry/console/application.py')}\n` +
      `ModuleNotFoundError: No module named 'cleo'`,
    'poetry, which the platform has',
  ],
  ['tool-broken', '/opt/slipway/runtimes/pipenv/2026.10.3.3.11/bin/python: No module named pipenv', 'it lacks pipenv'],
];

describe('a module that is missing', () => {
  const said = bashAll(
    MISSING.map(([, log]) => ({ log, 'mysite/settings.py': '' })),
    'python3 -I -B $LIB/blame.py log . || true',
  );
  it.each(MISSING.map(([id, log, text], index) => [id, log, text ?? '', index] as const))('%s: %j', (id, _log, text, index) => {
    expect(said[index]!.split('\t')[0]).toBe(id);
    expect(said[index]).toContain(text);
  });
});

describe.each([
  ['failures', INSTALL],
  ['static-failures', STATIC],
  ['nltk-failures', NLTK],
] as const)('%s', (table, logs) => {
  it.each(logs.map(([id, log, text]) => [id, log, text ?? ''] as const))('%s: %j', (id, log, text) => {
    const said = explain(table, log);
    expect(said.id).toBe(id);
    expect(said.text).toContain(text);
  });

  it('has a test for each row, and three fields in each', () => {
    expect(rows(table).filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
    expect(
      rows(table)
        .map(([id]) => id)
        .filter((id) => !logs.some(([tested]) => tested === id)),
    ).toEqual([]);
  });
});
