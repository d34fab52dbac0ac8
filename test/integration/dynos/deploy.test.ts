// From a release to a dyno that answers: started, replaced, scaled, restarted, taken away.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { destroyApp } from '../../../src/actions/app/destroy-app.js';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { scale } from '../../../src/actions/app/scale.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVE = 'exec python3 -m http.server $PORT';
let home: Home;

beforeAll(async () => {
  home = await openHome();
});
afterAll(() => home.close());

test('the first release brings web.1 up, and its log tells the story', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'hello' }, { web: SERVE, worker: 'sleep 1000' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const [url] = await home.urls(app);
  expect(await (await fetch(`${url}/`)).text()).toBe('hello');
  await until(async () => (await home.log(app)).filter((line) => line.startsWith('heroku'))).toEqual([
    'heroku[web.1]: State changed from down to starting',
    `heroku[web.1]: Starting process with command \`${SERVE}\``,
    'heroku[web.1]: State changed from starting to up',
  ]);
});

test('a new release replaces the dyno; the old one ends by SIGTERM after the new one is up', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'index.html': 'one' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await home.deploy(app, { 'index.html': 'two' }, { web: SERVE });
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  const [url] = await home.urls(app);
  expect(await (await fetch(`${url}/`)).text()).toBe('two');
  await until(async () => (await home.log(app)).filter((line) => line.startsWith('heroku')).slice(3)).toEqual([
    'heroku[web.1]: Restarting',
    'heroku[web.1]: State changed from up to starting',
    `heroku[web.1]: Starting process with command \`${SERVE}\``,
    'heroku[web.1]: State changed from starting to up',
    'heroku[web.1]: Stopping all processes with SIGTERM',
    'heroku[web.1]: Process exited with status 143',
  ]);
});

test('a request under way outlives a wrapper that leaves at SIGTERM', async () => {
  const app = await home.newApp();
  const server = `import http.server, os, signal, threading, time
class Slow(http.server.BaseHTTPRequestHandler):
  def do_GET(self):
    if self.path == '/slow': print('slow begins', flush=True); time.sleep(8)
    self.send_response(200); self.send_header('content-length', '4'); self.end_headers(); self.wfile.write(b'done')
server = http.server.ThreadingHTTPServer(('', int(os.environ['PORT'])), Slow)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *a: threading.Thread(target=server.shutdown).start())
server.serve_forever(); server.server_close(); print('closed cleanly', flush=True)
`;
  await home.deploy(app, { 'server.py': server }, { web: 'python3 server.py & wait' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const slow = fetch(`${(await home.urls(app))[0]}/slow`);
  await until(() => home.log(app)).toContain('app[web.1]: slow begins');
  await home.deploy(app, { 'server.py': server }, { web: 'python3 server.py & wait' });
  expect(await (await slow).text()).toBe('done');
  await until(() => home.log(app)).toContain('heroku[web.1]: Process exited with status 143');
  await until(() => home.log(app)).toContain('app[web.1]: closed cleanly');
});

test('scaling, restarting, config vars and destroying', async () => {
  const app = await home.newApp();
  await home.deploy(app, { 'env.sh': 'env > index.html' }, { web: `bash env.sh; ${SERVE}`, worker: 'sleep 1000' });
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await scale(home.ctx, app, home.user, [
    { type: 'web', quantity: 3 },
    { type: 'worker', quantity: 1 },
  ]);
  await until(() => home.states(app)).toEqual(['web.1 up v3', 'web.2 up v3', 'web.3 up v3', 'worker.1 up v3']);
  await scale(home.ctx, app, home.user, [
    { type: 'web', quantity: 1 },
    { type: 'worker', quantity: 0 },
  ]);
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  const [before] = await home.rows(app);
  await restartDynos(home.ctx, app, home.user, { name: 'web.1' });
  await until(async () => (await home.rows(app)).map((row) => `${row.state} ${row.id === before?.id}`)).toEqual(['up false']);
  await setConfigVars(home.ctx, app, home.user, { GREETING: 'héllo\nyou', PORT: '1' });
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  const [row] = await home.rows(app);
  const [url] = await home.urls(app);
  const env = await (await fetch(`${url}/`)).text();
  for (const part of [
    'GREETING=héllo\nyou\n',
    `PORT=${row?.port}\n`,
    'DYNO=web.1\n',
    'HOME=/app\n',
    'PWD=/app\n',
    'HEROKU_RELEASE_VERSION=v4\n',
    `HEROKU_SLUG_COMMIT=${'c'.repeat(40)}\n`,
    'HEROKU_SLUG_DESCRIPTION=Deploy cccccccc\n',
    `HEROKU_BUILD_COMMIT=${'c'.repeat(40)}\n`,
    'MEMORY_AVAILABLE=512\n',
  ]) {
    expect(env).toContain(part);
  }
  await destroyApp(home.ctx, app);
  await until(async () => (await home.containers()).filter((each) => each.Labels['slipway.app'] === app.id).length).toBe(0);
});
