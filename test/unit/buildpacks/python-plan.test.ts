// What the Python pack makes of the files of an app: package manager, version, and what a reuse of packages depends on.
import { describe, expect, it } from 'vitest';
import { planAll, satisfyAll, type Case, type Files, type Outcome } from './python-apps.js';

const PROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["six"]\n';
const POETRY = '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.11"\n';
const FLASK = { 'requirements.txt': 'flask\n' };

/** One line of an outcome: `pip 3.11.2 .python-version`, or the failure. */
function brief(outcome: Outcome): string {
  return 'problem' in outcome
    ? outcome.problem
    : [outcome.plan.MANAGER, outcome.plan.PYTHON_VERSION, outcome.plan.PYTHON_ORIGIN].join(' ').trim();
}

const MANAGERS: [string, Files][] = [
  ['pip 3.11.2', FLASK],
  ['pip 3.11.2', { ...FLASK, 'setup.py': '', 'pyproject.toml': '[tool.black]\nline-length = 100\n', Pipfile: '' }],
  ['pipenv 3.11.2', { 'Pipfile.lock': '{"_meta": {}}', Pipfile: '' }],
  ['pip 3.11.2', { 'requirements.txt': '' }],
  ['pipenv 3.11.2', { Pipfile: '[packages]\nflask = "*"\n' }],
  ['poetry 3.11.2 pyproject.toml', { 'poetry.lock': 'package = []', 'pyproject.toml': POETRY }],
  ['uv 3.11.2', { 'uv.lock': 'version = 1', 'pyproject.toml': PROJECT }],
  ['pyproject 3.11.2', { 'pyproject.toml': PROJECT }],
  ['pyproject 3.11.2', { 'pyproject.toml': `${PROJECT}[tool.poetry.dependencies]\nsix = "*"\n` }],
  ['setup 3.11.2', { 'setup.py': '' }],
  ['setup 3.11.2', { 'setup.cfg': '[metadata]\nname = shop\n' }],
  ['none 3.11.2', { 'app.py': '', 'setup.cfg': '[flake8]\n' }],
  ['multiple-managers', { ...FLASK, 'poetry.lock': '', 'pyproject.toml': POETRY }],
  ['no-poetry-lock', { 'pyproject.toml': POETRY }],
  ['no-pyproject', { 'uv.lock': 'version = 1' }],
  ['no-pyproject', { 'uv.lock': 'version = 1', 'pyproject.toml': '' }],
  ['no-pyproject', { 'poetry.lock': 'package = []' }],
  ['no-pipfile', { 'Pipfile.lock': '{"_meta": {}}' }],
  ['empty-lockfile', { 'Pipfile.lock': '', Pipfile: '' }],
  ['empty-lockfile', { 'Pipfile.lock': '\ufeff \n', Pipfile: 'oops' }],
  ['empty-lockfile', { 'poetry.lock': '\n', 'pyproject.toml': POETRY }],
  ['empty-lockfile', { 'uv.lock': '', 'pyproject.toml': PROJECT }],
  ['multiple-managers', { ...FLASK, 'Pipfile.lock': '' }],
  ['invalid-json', { 'Pipfile.lock': '{}', Pipfile: '' }],
  ['invalid-json', { 'Pipfile.lock': '[]', Pipfile: '' }],
  ['misspelt-requirements', { 'requirement.txt': 'flask', 'app.py': '' }],
  ['misspelt-requirements', { 'requirements.txt.txt': 'flask' }],
  ['unknown-manager', { 'pdm.lock': '', 'app.py': '' }],
  ['no-packages-file', { '.python-version': '3.11' }],
  ['invalid-toml', { 'pyproject.toml': 'oops' }],
  ['invalid-json', { 'Pipfile.lock': '<<<<<<< HEAD', Pipfile: '' }],
];

const VERSIONS: [string, Case][] = [
  ['pip 3.11.2 .python-version', { files: { ...FLASK, '.python-version': '# ours\r\n3.11\r\n' } }],
  ['pip 3.11.2 .python-version', { files: { ...FLASK, '.python-version': '3.11.2' } }],
  ['pip 3.11.2 runtime.txt', { files: { ...FLASK, 'runtime.txt': 'python-3.11\n' } }],
  ['pip 3.11.2 runtime.txt', { files: { ...FLASK, 'runtime.txt': 'python-3.11.2', '.python-version': '3.12' } }],
  ['pip 3.12.11 .python-version', { files: { ...FLASK, '.python-version': '3.12' }, others: ['3.12.2', '3.12.11', '3.13.1'] }],
  ['pip 3.11.9 .python-version', { files: { ...FLASK, '.python-version': '3.11.9' }, others: ['3.11.9', '3.11.10'] }],
  ['python-version', { files: { ...FLASK, '.python-version': '3.11.9' } }],
  ['python-version', { files: { ...FLASK, '.python-version': '3.99' }, others: ['3.12.2'] }],
  ['python-version-file', { files: { ...FLASK, '.python-version': '3.11\n3.12\n' } }],
  ['python-version-file', { files: { ...FLASK, '.python-version': '\n' } }],
  ['python-version-file', { files: { ...FLASK, '.python-version': 'three' } }],
  ['runtime-txt', { files: { ...FLASK, 'runtime.txt': '3.11' } }],
  ['runtime-txt', { files: { ...FLASK, 'runtime.txt': '' } }],
  [
    'own-python',
    { files: { 'uv.lock': 'version = 1', 'pyproject.toml': `${PROJECT}requires-python = ">=3.12"\n`, '.python-version': '3.11' } },
  ],
  [
    'own-python',
    { files: { 'poetry.lock': 'package = []', 'pyproject.toml': POETRY.replace('3.11', '3.12'), 'runtime.txt': 'python-3.11' } },
  ],
  [
    'own-python',
    { files: { 'requirements.txt': '-e .\n', 'pyproject.toml': `${PROJECT}requires-python = ">=3.12"\n`, '.python-version': '3.11' } },
  ],
  [
    'pip 3.11.2 .python-version',
    { files: { ...FLASK, 'pyproject.toml': `${PROJECT}requires-python = ">=3.12"\n`, '.python-version': '3.11' } },
  ],
  ['runtime-txt', { files: { ...FLASK, 'runtime.txt': 'python-3.11\npython-3.12' } }],
  ['pipenv 3.11.2 Pipfile.lock', { files: { Pipfile: '', 'Pipfile.lock': '{"_meta": {"requires": {"python_version": "3.11"}}}' } }],
  ['pipenv 3.11.2 Pipfile', { files: { Pipfile: '[requires]\npython_version = "3.11"\n' } }],
  ['uv 3.11.2 pyproject.toml', { files: { 'uv.lock': 'version = 1', 'pyproject.toml': `${PROJECT}requires-python = ">=3.10"\n` } }],
  [
    'uv 3.13.1 pyproject.toml',
    {
      files: { 'uv.lock': 'version = 1', 'pyproject.toml': `${PROJECT}requires-python = ">=3.12,<3.14"\n` },
      others: ['3.12.9', '3.13.1', '3.14.0'],
    },
  ],
  ['python-version', { files: { 'uv.lock': 'version = 1', 'pyproject.toml': `${PROJECT}requires-python = "soon"\n` } }],
];

describe('an app in Python', () => {
  const outcomes = planAll(MANAGERS.map(([, files]) => ({ files })));
  it.each(MANAGERS.map(([wanted, files], index) => [wanted, Object.keys(files).join(' '), index] as const))(
    'is %s by %s',
    (wanted, _names, index) => {
      expect(brief(outcomes[index]!)).toBe(wanted);
    },
  );
});

describe('the Python of an app', () => {
  const outcomes = planAll(VERSIONS.map(([, each]) => each));
  it.each(VERSIONS.map(([wanted, each], index) => [wanted, JSON.stringify(each.files), index] as const))(
    'is %s with %s',
    (wanted, _files, index) => {
      expect(brief(outcomes[index]!)).toBe(wanted);
    },
  );

  it('is refused with those that there are', () => {
    const [unreachable, fetched, old] = planAll([
      { files: { ...FLASK, 'runtime.txt': 'python-3.9.18' } },
      { files: { ...FLASK, '.python-version': '3.12.99' }, others: ['3.10.1', '3.12.1', '3.12.3', '3.13.1'] },
      { files: { ...FLASK, '.python-version': '2.7' }, others: ['3.12.1', '3.12.3', '3.13.1'] },
    ]);
    expect(unreachable).toMatchObject({
      lines: [
        "Python 3.9.18 (asked for in runtime.txt) can't be had.",
        "There is: 3.11.2, the stack's own. No other can be fetched: it is out of reach.",
        'Write 3.11 in runtime.txt as python-3.11, or move the app to a stack that has another Python (paas stack).',
      ],
    });
    expect((fetched as { lines: string[] }).lines[1]).toBe('There are: 3.11.2 (the stack has it), 3.12.3, 3.12.1.');
    expect((old as { lines: string[] }).lines.slice(1, 3)).toEqual([
      'Python 2 has had no updates since 2020; port the app to Python 3.',
      'There are: 3.11.2 (the stack has it), 3.13.1, 3.12.3.',
    ]);
  });
});

describe('a range of versions', () => {
  const CASES = [
    ['3.11.2', '3.11', true],
    ['3.11.2', '3.1', false],
    ['3.11.2', '==3.11.*', true],
    ['3.11.2', '!=3.11.*', false],
    ['3.11.2', '>=3.9', true],
    ['3.11.2', '>= 3.9, < 3.12', true],
    ['3.11.2', '<3.11', false],
    ['3.11.2', '~=3.10', true],
    ['3.11.2', '~=3.10.0', false],
    ['3.11.2', '^3.9', true],
    ['3.11.2', '^4.0', false],
    ['3.11.2', '~3.11', true],
    ['3.11.2', '~3.10', false],
    ['3.11.2', '^2.7 || ^3.10', true],
    ['3.11.2', '>3.11', true],
    ['3.11.2', '==3.11', false],
    ['3.11.2', '3.11.2', true],
    ['3.11.2', '*', true],
    ['3.11.2', 'python', 'error'],
    ['3.11.2', '>=3.x', 'error'],
  ] as const;
  const said = satisfyAll(CASES.map(([version, range]) => [version, range] as const));
  it.each(CASES.map((each, index) => [...each, index] as const))('%s in %j: %s', (_version, _range, wanted, index) =>
    expect(said[index]).toBe(wanted),
  );
});

describe('packages are installed anew', () => {
  const key = (outcome: Outcome) => ('plan' in outcome ? outcome.plan.PACKAGES_KEY : outcome.problem);
  const base = {
    'requirements.txt': 'flask\n-r more.txt\n-e ./lib\n./copied\n',
    'more.txt': 'six # why\n',
    'lib/setup.py': 'setup()',
    'lib/shop/a.py': '1',
    'copied/a.py': '1',
  };
  const changes: [boolean, string, Case][] = [
    [false, 'nothing', { files: base }],
    [false, 'code', { files: { ...base, 'app.py': '2', 'lib/shop/a.py': '2', 'lib/shop/b.py': '1' } }],
    [false, 'a comment, blanks and line ends', { files: { ...base, 'more.txt': '# what\r\n\r\n  six\r\n' } }],
    [false, 'a config var of the app', { files: base, env: { GREETING: 'hi', PIP_TIMEOUT: '20' } }],
    [false, 'how the version is asked for', { files: { ...base, '.python-version': '3.11' } }],
    [true, 'a file that another names', { files: { ...base, 'more.txt': 'six==1.16.0\n' } }],
    [true, 'how a linked package is made', { files: { ...base, 'lib/setup.py': 'setup(1)' } }],
    [true, 'a directory in a linked package', { files: { ...base, 'lib/more/a.py': '1' } }],
    [true, 'code that is copied', { files: { ...base, 'copied/a.py': '2' } }],
    [true, 'the index', { files: base, env: { PIP_INDEX_URL: 'https://index.example/simple' } }],
    [true, 'the version', { files: { ...base, '.python-version': '3.12' }, others: ['3.12.1'] }],
  ];
  const outcomes = planAll(changes.map(([, , each]) => each));
  it.each(changes.map(([changed, what], index) => [changed, what, index] as const))('%s: when %s changes', (changed, _what, index) => {
    expect(key(outcomes[index]!) !== key(outcomes[0]!)).toBe(changed);
  });

  it('and the plan is made again when one of the files it was made of changes', () => {
    expect(outcomes[0]).toMatchObject({ plan: { READ: ['requirements.txt', 'more.txt', 'lib/setup.py', 'copied'] } });
  });
});

describe('warnings', () => {
  it('tell of what is not as it should be', () => {
    const outcomes = planAll([
      { files: { 'app.py': '', 'venv/pyvenv.cfg': '' } },
      { files: { Pipfile: '' } },
      { files: { 'pyproject.toml': PROJECT } },
      { files: FLASK },
    ]);
    expect(outcomes.map((each) => ('plan' in each ? each.plan.WARNINGS.map((line) => line.slice(0, 25)) : each))).toEqual([
      ['No requirements.txt: the ', 'A virtual environment (ve'],
      ['No Pipfile.lock: each bui'],
      ['No lockfile: each build m'],
      [],
    ]);
  });
});
