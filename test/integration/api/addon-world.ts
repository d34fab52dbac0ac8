// A web with a provider of add-ons that is somebody else's, and how a test asks it.
import { expect } from 'vitest';
import { findAddon } from '../../../src/store/addon/addons.js';
import { findApp } from '../../../src/store/app/apps.js';
import { listReleases } from '../../../src/store/app/releases.js';
import { findUser } from '../../../src/store/people/users.js';
import { startProvider, type Provider } from '../../support/provider.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import { callAs, type Call } from './client.js';

export type Shown = Record<string, unknown> & {
  id: string;
  name: string;
  state: string;
  config_vars: string[];
  provision_message: string | null;
};

export interface AddonWorld {
  web: OpenWeb;
  acme: Provider;
  admin: Call;
  /** The name of an app that has been deployed. */
  anApp(): Promise<string>;
  /** What the API answers the admin, with this status: unless given 201 to a POST, 200 to others. */
  call<T = Shown>(method: string, path: string, body?: unknown, status?: number): Promise<T>;
  /** `<status> <message>` of a refusal. */
  refused(method: string, path: string, body?: unknown): Promise<string>;
  create(app: string, more?: object): Promise<Shown>;
  vars(app: string): Promise<Record<string, string>>;
  stateOf(id: string): Promise<string | undefined>;
  /** Descriptions of an app's releases, the newest first. */
  ledger(app: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openAddonWorld(): Promise<AddonWorld> {
  const acme = await startProvider();
  const web = await openWeb({ fetchAllow: [`127.0.0.1:${acme.port}`] });
  const admin = callAs(() => web.url, web.adminToken);
  const { store } = web.ctx;
  let many = 0;

  async function call<T = Shown>(method: string, path: string, body?: unknown, status = method === 'POST' ? 201 : 200): Promise<T> {
    const answer = await admin(method, path, body);
    expect([answer.status, answer.body], `${method} ${path}`).toEqual([status, answer.body]);
    return answer.body as T;
  }

  const added = await call<{ client_secret: string }>('POST', '/addon-services', { manifest: acme.manifest, environment: 'test' });
  acme.clientSecret = added.client_secret;
  return {
    web,
    acme,
    admin,
    call,
    async anApp() {
      const name = `shop-${(many += 1)}`;
      await aDeployedApp(web.ctx, (await findUser(store, ADMIN_EMAIL))!, name);
      return name;
    },
    async refused(method, path, body) {
      const answer = await admin(method, path, body);
      return `${answer.status} ${(answer.body as { message: string }).message}`;
    },
    create: (app, more = {}) => call('POST', `/apps/${app}/addons`, { plan: 'acme:basic', ...more }),
    vars: (app) => call('GET', `/apps/${app}/config-vars`),
    stateOf: async (id) => (await findAddon(store, id))?.state,
    ledger: async (app) => (await listReleases(store, (await findApp(store, app))!.id)).map((each) => each.description ?? ''),
    async close() {
      await web.stop();
      await acme.stop();
    },
  };
}
