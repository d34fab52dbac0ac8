// What steps of the app's own see while it is built: hooks and collectstatic, run by the real Python.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bashAll, type Files } from './python-apps.js';

const PYTHON = { '.heroku/python/bin/python': '#!/bin/sh\nexec python3 "$@"\n' };
const DJANGO = { ...PYTHON, '.heroku/python/lib/python3.11/site-packages/django/__init__.py': '' };
const FROM_THE_TOP = 'import shared.conf\nprint(shared.conf.WORD)\n';
const SHARED = { 'shared/__init__.py': '', 'shared/conf.py': 'WORD = "found"\n' };
const SCRIPT = `
set -o pipefail
source ${resolve('buildpacks/lib/common.sh')}
PACK=\${LIB%/lib} BUILD=$PWD PLACE=$PWD/.heroku/python CACHE=$PWD/cache/python ENV=$PWD/env NOTES=$PWD/.slipway
for part in report profile hooks; do source $LIB/$part.sh; done
mkdir -p $NOTES`;

describe('steps of the app', () => {
  const cases: [string, Files, string, string][] = [
    ['manage.py of a subfolder imports from the top', { ...DJANGO, ...SHARED, 'back/manage.py': FROM_THE_TOP }, 'collect_static', 'found'],
    [
      'a hook imports from the top',
      { ...PYTHON, ...SHARED, 'tools/job.py': FROM_THE_TOP, 'bin/post_compile': '#!/bin/sh\npython tools/job.py\n' },
      'run_hook post_compile',
      'found',
    ],
    [
      'a program of the app is on the PATH',
      { ...PYTHON, 'bin/own': '#!/bin/sh\necho own\n', 'bin/post_compile': '#!/bin/sh\nown\n' },
      'run_hook post_compile',
      'own',
    ],
    [
      'a config var names a directory of the dyno',
      { ...PYTHON, 'lib/conf.py': 'WORD = "of lib"\n', 'bin/post_compile': '#!/bin/sh\npython -c "import conf; print(conf.WORD)"\n' },
      'export PYTHONPATH=/app/lib:/opt/x; run_hook post_compile',
      'of lib',
    ],
    [
      'a package that imports what is missing is named, not the app',
      {
        ...DJANGO,
        'reports/site-packages/reports.py': 'import nowhere\n',
        'manage.py': 'import sys\nsys.path.insert(0, "reports/site-packages")\nimport reports\n',
      },
      '(collect_static) | grep -m 1 "^ !" || true',
      "!     reports imports nowhere, which it has not brought: add what has nowhere to the app's packages, or take " +
        'another version of reports.',
    ],
    [
      'a config var that says none',
      { ...PYTHON, ...SHARED, 'tools/job.py': FROM_THE_TOP, 'bin/post_compile': '#!/bin/sh\npython tools/job.py || true\n' },
      "export PYTHONPATH=''; run_hook post_compile",
      "ModuleNotFoundError: No module named 'shared'",
    ],
  ];
  const said = cases.map(([, files, step]) => bashAll([files], `unset PYTHONPATH\n${SCRIPT}\n${step}`)[0]!);
  it.each(cases.map(([title, , , wanted], index) => [title, wanted, index] as const))('%s', (_title, wanted, index) => {
    expect(said[index]!.split('\n').at(-1)!.trim()).toBe(wanted);
  });
});
