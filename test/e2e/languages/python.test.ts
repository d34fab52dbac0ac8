// Python apps: one for each package manager, with and without a Procfile.
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { deploysEach } from '../../support/languages.js';

const REUSED = ['-----> Restoring cache', '       Nothing to install: the packages are those of the last build.'];
const DEFAULT_WEB = '       Default types for buildpack -> web';

/** uv's lockfile names the package index it was made with: here, the one that pip knows. */
async function fillInIndex(dir: string): Promise<void> {
  const ask = 'from pip._internal.models.index import PyPI as index; print(index.simple_url, index.file_storage_domain)';
  const { stdout } = await promisify(execFile)('python3', ['-c', ask]);
  const [simple = '', files = ''] = stdout.trim().split(' ');
  const lock = await readFile(join(dir, 'uv.lock.in'), 'utf8');
  await writeFile(join(dir, 'uv.lock'), lock.replaceAll('@INDEX@', simple.replace(/\/$/, '')).replaceAll('@FILES@', `https://${files}`));
  await rm(join(dir, 'uv.lock.in'));
}

deploysEach('Python', [
  {
    fixture: 'python-flask',
    config: { GREETING: 'Good morning' },
    says: [
      '-----> Python app detected',
      /^-----> No Python version was specified\. Using the stack's own: Python 3\.\d+\.\d+$/,
      "-----> Installing dependencies using 'uv pip install -r requirements.txt'",
      '             Built psycopg2==2.9.13',
      '        + flask==3.1.3',
      DEFAULT_WEB,
    ],
    answers: /<h1>Good morning from Flask!<\/h1>/,
    saysAgain: REUSED,
  },
  {
    fixture: 'python-django',
    says: ['-----> $ python manage.py collectstatic --noinput', /^ {7}\d+ static files copied to /, DEFAULT_WEB],
    answers: /<link rel="stylesheet" href="\/static\/polls\/style\.[0-9a-f]{12}\.css">/,
    saysAgain: [...REUSED, '-----> $ python manage.py collectstatic --noinput'],
  },
  {
    fixture: 'python-pipenv',
    says: [
      "-----> Installing dependencies using 'pipenv requirements --hash' and 'uv pip install'",
      '        + bottle==0.13.4',
      '-----> Running bin/post_compile hook',
      '       Bottle 0.13.4',
      /^ {7}uv \d/,
      /^ {7}pipenv, version \d/,
    ],
    answers: 'Bottle here. Readability counts.',
    // The tools are at hand also when they have not just installed something.
    saysAgain: [...REUSED, '       Bottle 0.13.4', /^ {7}uv \d/, /^ {7}pipenv, version \d/],
  },
  {
    fixture: 'python-nltk',
    config: { NLTK_DOWNLOAD_URL: 'http://127.0.0.1:9494/index.xml' },
    says: ['-----> Downloading NLTK packages: greetings', DEFAULT_WEB],
    answers: 'hello moin',
    saysAgain: [
      ...REUSED,
      '-----> Downloading NLTK packages: greetings',
      '       Nothing to download: the data is that of the last build.',
    ],
    check: async (app) => {
      await app.commit({ 'nltk.txt': 'nope\n' }, 'Ask for data that is not there');
      expect((await app.push('main')).output).toContain("nope in nltk.txt is not among NLTK's data.");
      await app.commit({ 'nltk.txt': 'greetings\n' }, 'Ask for data that is there');
    },
  },
  {
    fixture: 'python-poetry',
    says: ["-----> Installing dependencies using 'poetry export --only main' and 'uv pip install'", '        + flask==3.1.3'],
    answers: 'Readability counts.',
    saysAgain: REUSED,
  },
  {
    fixture: 'python-uv',
    prepare: fillInIndex,
    says: ["-----> Installing dependencies using 'uv sync --locked --no-default-groups'", /^ {8}\+ fastapi==/, DEFAULT_WEB],
    path: '/items/5?q=foo',
    answers: '{"item_id":5,"q":"foo","tests_installed":false}',
    saysAgain: REUSED,
  },
]);
