// The web process that the Python pack gives to apps without one, by their files and packages; and what it detects.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bashAll, type Files } from './python-apps.js';

const GUNICORN = { '.heroku/python/bin/gunicorn': '' };
const UVICORN = { '.heroku/python/bin/uvicorn': '' };
const FLASK_PROGRAM = { '.heroku/python/bin/flask': '' };
const DJANGO = { '.heroku/python/lib/python3.11/site-packages/django/__init__.py': '' };
const MANAGE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n";

const DEFAULTS: [string, Files][] = [
  ['gunicorn mysite.wsgi', { ...DJANGO, ...GUNICORN, 'manage.py': MANAGE, 'mysite/wsgi.py': '' }],
  [
    'gunicorn config.wsgi',
    { ...DJANGO, ...GUNICORN, 'manage.py': MANAGE.replace('mysite.settings', 'config.settings.local'), 'config/wsgi.py': '' },
  ],
  ['gunicorn other.wsgi', { ...DJANGO, ...GUNICORN, 'manage.py': '', 'other/wsgi.py': '' }],
  ['gunicorn --chdir site mysite.wsgi', { ...DJANGO, ...GUNICORN, 'site/manage.py': MANAGE, 'site/mysite/wsgi.py': '' }],
  [
    'uvicorn mysite.asgi:application --host 0.0.0.0 --port $PORT',
    { ...DJANGO, ...UVICORN, 'manage.py': MANAGE, 'mysite/wsgi.py': '', 'mysite/asgi.py': '' },
  ],
  ['python manage.py runserver 0.0.0.0:$PORT', { ...DJANGO, 'manage.py': MANAGE, 'mysite/wsgi.py': '' }],
  ['gunicorn app:app', { ...GUNICORN, 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' }],
  ['gunicorn main:server', { ...GUNICORN, 'main.py': 'server: Flask = flask.Flask(__name__)\n' }],
  ["gunicorn 'app:create_app()'", { ...GUNICORN, 'app/__init__.py': 'def create_app():\n' }],
  ['gunicorn wsgi:application', { ...GUNICORN, 'wsgi.py': 'from hello import application\n' }],
  ['flask --app app:app run --host 0.0.0.0 --port $PORT', { ...FLASK_PROGRAM, 'app.py': 'app = Flask(__name__)\n' }],
  ['uvicorn main:api --host 0.0.0.0 --port $PORT', { ...UVICORN, ...GUNICORN, 'main.py': 'api = fastapi.FastAPI()\n' }],
  ['uvicorn app.main:app --host 0.0.0.0 --port $PORT', { ...UVICORN, 'app/main.py': 'app = FastAPI()\n' }],
  ['python main.py', { 'main.py': 'app = FastAPI()\n' }],
  ['python app.py', { 'app.py': 'app = Flask(__name__)\n' }],
  ['python server.py', { 'server.py': 'print()\n', 'wsgi.py': '' }],
  ['', { 'tool.py': 'print()\n' }],
];

describe('the default web process', () => {
  const said = bashAll(
    DEFAULTS.map(([, files]) => files),
    'MANAGE=$(find_manage); default_web',
  );
  it.each(DEFAULTS.map(([wanted, files], index) => [wanted, Object.keys(files).join(' '), index] as const))(
    'is %j for %s',
    (wanted, _names, index) => expect(said[index]).toBe(wanted),
  );
});

describe('detect', () => {
  const PRESENT: Files[] = [
    'requirements.txt',
    'Pipfile',
    'poetry.lock',
    'uv.lock',
    'pyproject.toml',
    'setup.py',
    'manage.py',
    'app.py',
    'main.py',
    '.python-version',
    'runtime.txt',
    'requirement.txt',
    'Requirements.txt',
    'pdm.lock',
    '.venv/pyvenv.cfg',
  ].map((name) => ({ [name]: '' }));
  const ABSENT: Files[] = [{}, { 'index.html': '' }, { 'src/app.py': '' }, { 'requirements.txt/a': '' }];
  const script = `${resolve('buildpacks/python/bin/detect')} . 2>/dev/null; echo $?`;

  it('takes an app by any of its files', () => {
    expect(bashAll(PRESENT, script)).toEqual(PRESENT.map(() => 'Python\n0'));
  });

  it('leaves others alone', () => {
    expect(bashAll(ABSENT, script)).toEqual(ABSENT.map(() => '1'));
  });
});
