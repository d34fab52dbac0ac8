// What the Python buildpack does in the image for builds, where it needs no package index: hooks, and a second build.
import { beforeAll, describe, expect, it } from 'vitest';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

/** Another build of the app, as far as the platform's own part goes; what the hook says comes after it. */
const AGAIN = 'keep; rm -rf .slipway .profile.d .heroku; echo == again;';
const CHANGED = '       bin/post_compile has changed the packages: the next build installs them anew.';
const hook = (script: string) => ({ 'app.py': '', 'bin/post_compile': `#!/bin/sh\n${script}\n` });

const cases: [string, Case, number, string[]][] = [
  [
    'packages that a hook changes are not kept',
    { files: hook('ls .heroku/python/patched 2>&1; echo 1 >.heroku/python/patched'), script: `compile; ${AGAIN} compile` },
    0,
    [CHANGED, '== again', "       ls: cannot access '.heroku/python/patched': No such file or directory", CHANGED],
  ],
  [
    'nor when it fails',
    {
      files: hook('true'),
      script:
        `compile; ${AGAIN} echo 'echo 1 >.heroku/python/patched; exit 3' >>bin/post_compile; compile; cat ` +
        `.slipway/borrowed 2>&1 | tail -n 1`,
    },
    0,
    [
      '== again',
      '       Nothing to install: the packages are those of the last build.',
      ' !     bin/post_compile failed; its last lines, above, say why.',
      CHANGED,
      'cat: .slipway/borrowed: No such file or directory',
    ],
  ],
  [
    'but when it fails and has only read them',
    {
      files: hook('true'),
      script: `compile; ${AGAIN} echo 'exit 3' >>bin/post_compile; compile || grep -o "^.heroku/python python/packages" .slipway/borrowed`,
    },
    0,
    ['== again', ' !     bin/post_compile failed; its last lines, above, say why.', '.heroku/python python/packages'],
  ],
  [
    'its buildpack twice',
    { files: { 'app.py': '' }, script: 'compile >/dev/null; compile' },
    1,
    [
      " !     Python's buildpack has run already in this build: it is among the app's buildpacks twice.",
      ' !     Look with paas buildpacks, and take one out with paas buildpacks:remove.',
    ],
  ],
  [
    'a directory of the repository where packages are installed',
    { files: { 'app.py': '', '.heroku/python/x': '' }, script: 'compile' },
    1,
    [' !     .heroku/python is in the repository, but packages are installed there.'],
  ],
  [
    'the same, made by a hook',
    { files: { 'app.py': '', 'bin/pre_compile': 'mkdir -p .heroku/python' }, script: 'compile' },
    1,
    [' !     bin/pre_compile has made .heroku/python, but packages are installed there.'],
  ],
  [
    'packages that a hook only reads are kept',
    { files: hook('python -c "import json; print(json.dumps(1))"'), script: `compile; ${AGAIN} compile; cat .slipway/report` },
    0,
    ['       1', '== again', '       Nothing to install: the packages are those of the last build.', '       1', "cache_status: 'reused'"],
  ],
];

describe('the Python buildpack', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'python',
      cases.map(([, each]) => each),
    );
  }, 300_000);

  it.each(cases.map(([title, , status, lines], index) => ({ title, status, lines, index })))('$title', ({ status, lines, index }) => {
    const { said, status: found } = outcomes[index]!;
    const heard = said.split('\n');
    let from = 0;
    for (const line of lines) {
      const at = heard.indexOf(line, from);
      expect(at, `${line} is not said, or not in this order:\n${said}`).toBeGreaterThanOrEqual(0);
      from = at + 1;
    }
    expect(found, said).toBe(status);
  });
});
