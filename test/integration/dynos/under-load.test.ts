// Re-deploys, restarts and scaling while requests come in: none may fail, even of apps that die at SIGTERM at once.
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restartDynos } from '../../../src/actions/app/restart-dynos.js';
import { scale } from '../../../src/actions/app/scale.js';
import type { App } from '../../../src/model/app.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { until } from '../../support/until.js';
import { openHome, type Home } from './home.js';

const SERVER = `
import os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/slow": time.sleep(1)
        body = open("version").read().encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
class Server(ThreadingHTTPServer):
    request_queue_size = 128
Server(("", int(os.environ["PORT"])), Handler).serve_forever()
`;
let home: Home;
let router: Router;

beforeAll(async () => {
  home = await openHome();
  const { store, bus, lines } = home.ctx;
  router = await startRouter({ store, bus, lines, domain: 'localhost', bind: '127.0.0.1', port: 0, tlsPort: 0, home: '/nonexistent' });
});
afterAll(async () => {
  await router.stop(0);
  await home.close();
});

const deploy = (app: App, version: string) => home.deploy(app, { 'server.py': SERVER, version }, { web: 'exec python3 server.py' });

function get(app: App, path: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: router.port, path, headers: { host: `${app.name}.localhost` } };
    const sent = request(options, (response) => {
      let body = '';
      response
        .on('data', (chunk) => (body += chunk))
        .on('end', () => resolve(`${response.statusCode} ${body}`))
        .on('error', (error) => resolve(error.message));
    });
    sent.on('error', (error) => resolve(error.message)).end();
  });
}

/** Asks again and again, several at a time, until told to stop; how often each answer came. */
function load(app: App, path: string, clients: number) {
  const answers = new Map<string, number>();
  let isOver = false;
  const client = async () => {
    while (!isOver) {
      const answer = await get(app, path);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const done = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop(): Promise<Map<string, number>> {
      isOver = true;
      await done;
      return answers;
    },
  };
}

test('no request fails while releases, restarts and scaling replace the dynos', async () => {
  const app = await home.newApp();
  await deploy(app, 'one');
  await until(() => home.states(app)).toEqual(['web.1 up v3']);
  await until(() => get(app, '/')).toBe('200 one');
  const [fast, slow] = [load(app, '/', 4), load(app, '/slow', 4)];
  await deploy(app, 'two');
  await until(() => home.states(app)).toEqual(['web.1 up v4']);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 3 }]);
  await until(() => home.states(app)).toEqual(['web.1 up v4', 'web.2 up v4', 'web.3 up v4']);
  await deploy(app, 'three');
  await until(() => home.states(app)).toEqual(['web.1 up v5', 'web.2 up v5', 'web.3 up v5']);
  await restartDynos(home.ctx, app, home.user);
  await until(async () => (await home.rows(app)).filter((row) => row.restartAskedAt === null && row.state === 'up').length).toBe(3);
  await until(() => home.states(app)).toEqual(['web.1 up v5', 'web.2 up v5', 'web.3 up v5']);
  await scale(home.ctx, app, home.user, [{ type: 'web', quantity: 1 }]);
  await until(() => home.states(app)).toEqual(['web.1 up v5']);
  const answers = [...(await fast.stop()), ...(await slow.stop())];
  expect([...new Set(answers.map(([answer]) => answer))].sort()).toEqual(['200 one', '200 three', '200 two']);
  expect(answers.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(100);
}, 180_000);
