// A third-party provider of add-ons, as an outsider writes one from the public documentation: it knows nothing of Slipway.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How it answers a provisioning: `sync` 201; `async` 202, values and state by callback; `mute` 202 and then nothing; `down` 503;
 * `refuses` 422; `lies` success with a config var that its manifest doesn't name; `odd` 201 that is no JSON; `lost` does the work and cuts
 * the connection before its answer.
 */
export type Manner = 'sync' | 'async' | 'mute' | 'down' | 'refuses' | 'lies' | 'odd' | 'lost';

interface Asked {
  uuid: string;
  name: string;
  plan: string;
  callback_url: string;
  oauth_grant: { code: string };
  options: Record<string, string>;
  log_drain_token?: string;
  log_input_url?: string;
}

export interface Provider {
  manifest: Record<string, unknown>;
  port: number;
  /** By its own id: what it keeps, and would send a bill for. */
  resources: Map<string, { uuid: string; plan: string; options: Record<string, string> }>;
  /** `POST`, `PUT`, `DELETE`, as they came. */
  calls: string[];
  manner: Manner;
  /** Where it wants logs of apps, if it does. */
  drainUrl: string | null;
  /** What it was asked last. */
  asked: Asked | null;
  /** Waits so long before each answer. */
  delayMs: number;
  clientSecret: string;
  /** What callbacks were answered. */
  callbacks: number[];
  /** Calls back for a resource with its access token. */
  callBack(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

const PASSWORD = 'a password of acme';
export const SALT = 'a salt of acme';

export async function startProvider(id = 'acme', more: { requires?: string[] } = {}): Promise<Provider> {
  const tokens = new Map<string, string>();
  const server = createServer((req, res) => void answer(req, res).catch(() => res.destroy()));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const self: Provider = {
    manifest: {
      id,
      name: 'Acme',
      api: {
        config_vars: ['ACME_URL', 'ACME_SECRET'],
        config_vars_prefix: 'ACME',
        password: PASSWORD,
        sso_salt: SALT,
        requires: more.requires ?? ['attachable', 'many_per_app'],
        regions: ['us', 'eu'],
        test: { base_url: `${base}/heroku/resources`, sso_url: `${base}/sso/login` },
        version: '3',
      },
      plans: [
        { name: 'basic', human_name: 'Basic', price: { cents: 500 }, default: true },
        { name: 'large', human_name: 'Large', price: { cents: 5000 } },
      ],
    },
    port,
    resources: new Map(),
    calls: [],
    manner: 'sync',
    drainUrl: null,
    asked: null,
    delayMs: 0,
    clientSecret: '',
    callbacks: [],
    async callBack(method, path, body) {
      const [uuid = ''] = path.split('/').slice(2);
      return send(method, `${urls.get(uuid)}${path.slice(`/addons/${uuid}`.length)}`, tokens.get(uuid), body);
    },
    stop: () => new Promise((closed) => (server.closeAllConnections(), server.close(() => closed()))),
  };
  const urls = new Map<string, string>();

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const right = `Basic ${Buffer.from(`${id}:${PASSWORD}`).toString('base64')}`;
    const say = (status: number, body?: object) => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(body ? JSON.stringify(body) : '');
    };
    if (req.headers.authorization !== right) return say(401, { message: 'Who are you?' });
    if (!req.headers.accept?.includes('version=3')) return say(406);
    self.calls.push(req.method ?? '');
    if (self.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, self.delayMs));
    const text = await read(req);
    const own = decodeURIComponent((req.url ?? '').slice('/heroku/resources/'.length));
    if (self.manner === 'down') return say(503, { message: 'We are being repaired.' });
    if (req.method === 'POST') return provision(JSON.parse(text) as Asked, res, say);
    if (!self.resources.has(own)) return say(410);
    if (req.method === 'DELETE') {
      self.resources.delete(own);
      return say(204);
    }
    const { plan } = JSON.parse(text) as { plan: string };
    if (self.manner === 'refuses') return say(422, { message: 'That plan is sold out.' });
    self.resources.set(own, { ...self.resources.get(own)!, plan });
    if (self.manner === 'lies') return say(200, { config: { PATH: '/evil' } });
    return say(200, { config: { ACME_URL: `acme://${plan}` }, message: `Now ${plan}.` });
  }

  function provision(asked: Asked, res: ServerResponse, say: (status: number, body?: object) => void): void {
    self.asked = asked;
    if (self.manner === 'refuses') return say(422, { message: 'No more of these in your region.' });
    const known = [...self.resources].find(([, { uuid }]) => uuid === asked.uuid)?.[0];
    const resource = known ?? `res-${randomBytes(4).toString('hex')}`;
    self.resources.set(resource, { uuid: asked.uuid, plan: asked.plan, options: asked.options });
    const config = { ACME_URL: `acme://${asked.plan}`, ACME_SECRET: 'hush' };
    if (self.manner === 'lost') return void res.destroy();
    if (self.manner === 'odd') return void res.writeHead(201, { 'content-type': 'text/html' }).end('<p>Welcome!</p>');
    if (self.manner === 'lies') return say(201, { id: resource, config: { PATH: '/evil' } });
    const drain = self.drainUrl === null ? {} : { log_drain_url: self.drainUrl };
    if (self.manner === 'sync') return say(201, { id: resource, config, message: 'Welcome to Acme.', ...drain });
    say(202, { id: resource, message: 'It takes a minute.', ...drain });
    if (self.manner === 'async') void goOn(asked, config);
  }

  async function goOn(asked: Asked, config: Record<string, string>): Promise<void> {
    const api = asked.callback_url.replace(/\/addons\/.*$/, '');
    const form = new URLSearchParams({ grant_type: 'authorization_code', code: asked.oauth_grant.code, client_secret: self.clientSecret });
    const response = await fetch(`${api}/oauth/token`, { method: 'POST', body: form });
    self.callbacks.push(response.status);
    const { access_token: token } = (await response.json()) as { access_token: string };
    tokens.set(asked.uuid, token);
    urls.set(asked.uuid, asked.callback_url);
    const list = Object.entries(config).map(([name, value]) => ({ name, value }));
    // It answers twice: its own queue delivers at least once, too.
    for (let time = 0; time < 2; time += 1) {
      self.callbacks.push((await send('PATCH', `${asked.callback_url}/config`, token, { config: list })).status);
      self.callbacks.push((await send('POST', `${asked.callback_url}/actions/provision`, token)).status);
    }
  }

  return self;
}

/** Whether a form of single sign-on is one that a provider lets in, at this time (ms). */
export function isSignedOn(form: URLSearchParams, now: number): boolean {
  const [id, stamp] = [form.get('resource_id'), form.get('timestamp')];
  const right = createHash('sha1').update(`${id}:${SALT}:${stamp}`).digest('hex');
  return form.get('resource_token') === right && Math.abs(now / 1000 - Number(stamp)) < 300;
}

async function send(method: string, url: string, token: string | undefined, body?: object) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() };
}

async function read(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}
