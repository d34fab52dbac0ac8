// Thousands of requests of people who have a token and their own apps: whatever they send is answered in words, nothing of another's
// is changed or told. `npm test` sends the same 5,000 each time, `npm run test:long` others, and more.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { setConfigVars } from '../../../src/actions/app/set-config-vars.js';
import { issueToken } from '../../../src/api/issue-token.js';
import type { User } from '../../../src/model/user.js';
import { insertUser } from '../../../src/store/people/users.js';
import { ROUTES } from '../../support/all-routes.js';
import { makeRandom } from '../../unit/fuzz/random.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp } from './a-deployed-app.js';
import type { Answer } from './client.js';
import { expectContract } from './contract.js';
import { randomRequest, type RandomRequest, type Things } from './random-request.js';

const REQUESTS = Number(process.env['SLIPWAY_FUZZ_INPUTS'] ?? 5_000);
const SEED = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? 1);
/** By one user: they have their own apps, and no more calls than an hour allows. */
const ROUND = 250;
const LANES = 8;
const MS_EACH = 60;
const SECRET = 'the-value-of-a-config-var';

/** Documents of 100 kB that tell nothing of anybody. */
const routes = ROUTES.filter(({ of, isOpen }) => !isOpen || of !== ROUTES.find(({ path }) => path === '/schema')!.of);

interface Person {
  user: User;
  things: Things;
}

let web: OpenWeb;
let victim: Person;

beforeAll(async () => {
  web = await openWeb();
  victim = await aPerson('victim', 'sealed-cave');
  await setConfigVars(web.ctx, { ...(await appRow('sealed-cave'))! }, victim.user, { KEY: SECRET });
});
afterAll(() => web.stop());

const appRow = (name: string) => web.ctx.store.db.selectFrom('apps').selectAll().where('name', '=', name).executeTakeFirst();

/** A member with an app that is deployed, and all that is had with it. */
async function aPerson(name: string, appName: string): Promise<Person> {
  const user = await insertUser(web.ctx.store, { email: `${name}@example.com`, name, role: 'member' });
  const { authorization } = await issueToken(web.ctx.store, { user, description: `of ${name}` });
  const { app, slug, release, dyno } = await aDeployedApp(web.ctx, user, appName);
  const source = 'http://127.0.0.1:1/x.tgz';
  const build = await startBuild(web.ctx, { app, user, origin: 'api', source, commit: null, description: null });
  return {
    user,
    things: {
      app: [app.name, app.id],
      release: [release.id],
      build: [build.id],
      slug: [slug.id],
      dyno: [dyno.id],
      type: ['clock'],
      user: [user.email, user.id],
      authorization: [authorization.id],
    },
  };
}

/** What one may call one's own, beside what has an id. */
const COMMON: Things = {
  release: ['1', 'v2', '3'],
  dyno: ['web.1'],
  type: ['web', 'worker'],
  user: ['~'],
  authorization: ['~'],
  stack: ['slipway-12'],
  kind: ['sources', 'slugs', 'builds', 'releases'],
  name: [randomUUID()],
  id: [randomUUID()],
};

function withCommon(things: Things): Things {
  const names = new Set([...Object.keys(things), ...Object.keys(COMMON)]);
  return Object.fromEntries([...names].map((name) => [name, [...(things[name] ?? []), ...(COMMON[name] ?? [])]]));
}

/** Every row that is the victim's, and who is whom. */
async function theirRows(): Promise<string> {
  const { db } = web.ctx.store;
  const app = victim.things['app']![1]!;
  const ofApp = ['releases', 'builds', 'dynos', 'formations', 'buildpackInstallations', 'slugs', 'logDrains'] as const;
  const rows = await Promise.all([
    db.selectFrom('apps').selectAll().where('id', '=', app).execute(),
    db.selectFrom('users').select(['id', 'email', 'role', 'suspendedAt']).where('id', '=', victim.user.id).execute(),
    db.selectFrom('users').select(['id', 'email']).where('role', '=', 'admin').execute(),
    db.selectFrom('authorizations').select(['id', 'scope']).where('userId', '=', victim.user.id).execute(),
    ...ofApp.map((table) => db.selectFrom(table).selectAll().where('appId', '=', app).execute()),
  ]);
  return JSON.stringify(rows);
}

async function send({ method, path, body, headers }: RandomRequest, token: string): Promise<Answer> {
  const about = { ...headers, authorization: `Bearer ${token}` };
  const response = await fetch(`${web.url}${path}`, { method, headers: about, ...(body !== undefined && { body }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text };
}

/** What is only the victim's: it may come back to who sent it, and to nobody else. */
function leaked(request: RandomRequest, answer: Answer): string[] {
  const sent = decodeURIComponent(request.path) + (request.body ?? '');
  const told = JSON.stringify(answer.body) + JSON.stringify([...answer.headers]);
  const theirs = [SECRET, ...Object.values(victim.things).flat()].filter((text) => text.length > 6);
  return theirs.filter((text) => told.includes(text) && !sent.includes(text));
}

function check(request: RandomRequest, answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  expect(leaked(request, answer)).toEqual([]);
  const override = request.method === 'POST' ? (request.headers['x-http-method-override'] ?? '').toUpperCase() : '';
  const method = ['GET', 'PUT', 'PATCH', 'DELETE'].includes(override) ? override : request.method;
  if (method !== 'HEAD' && method !== 'OPTIONS') expectContract(method, request.path, answer);
}

it(
  `${REQUESTS} requests are answered, change nothing of another's, and tell nothing of it`,
  async () => {
    const before = await theirRows();
    const statuses = new Map<number, number>();
    for (let first = 0; first < REQUESTS; first += ROUND) {
      const round = first / ROUND;
      const person = await aPerson(`person-${round}`, `own-${round}`);
      const things = { own: withCommon(person.things), others: victim.things };
      let { token } = await issueToken(web.ctx.store, { user: person.user, description: 'fuzz' });
      let next = first;
      const lane = async () => {
        while (next < Math.min(first + ROUND, REQUESTS)) {
          const number = (next += 1) - 1;
          const request = randomRequest(makeRandom(SEED * 1_000_003 + number), routes, things);
          const answer = await send(request, token);
          try {
            check(request, answer);
          } catch (error) {
            throw new Error(`SLIPWAY_FUZZ_SEED=${SEED}, request ${number}: ${JSON.stringify(request).slice(0, 2_000)}`, { cause: error });
          }
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          // They have revoked it.
          if (answer.status === 401) ({ token } = await issueToken(web.ctx.store, { user: person.user, description: 'fuzz' }));
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    }
    expect(await theirRows()).toBe(before);
    // The requests are of use: many are right, and each kind of refusal was met.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20);
    // (409 takes a build that is right while another is pending: the table of bad input asks for that.)
    for (const status of [201, 202, 400, 401, 403, 404, 406, 412, 416, 422])
      expect({ status, times: statuses.get(status) ?? 0 }).not.toEqual({ status, times: 0 });
  },
  60_000 + REQUESTS * MS_EACH,
);
