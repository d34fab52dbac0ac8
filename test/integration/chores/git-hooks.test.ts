// Webhooks of hosts that apps are connected to: what web makes of each, in front of real stores and a real git host.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostedRepository } from '../../support/git-host.js';
import type { Call } from '../api/client.js';
import { openConnections, type Connections, type Hook } from './connections.js';

let opened: Connections;
let admin: Call;
let { connected, known, pending, commits, end } = {} as Connections;

beforeAll(async () => {
  opened = await openConnections();
  ({ admin, connected, known, pending, commits, end } = opened);
});

afterAll(() => opened?.stop());

/** GitHub's shape, signed by us. */
function deliver(hook: Hook, payload: object | string, o: { event?: string; secret?: string } = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signature = createHmac('sha256', o.secret ?? hook.secret)
    .update(body)
    .digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-github-event': o.event ?? 'push',
    'x-hub-signature-256': `sha256=${signature}`,
  };
  return fetch(hook.url, { method: 'POST', headers, body });
}

const payloadOf = (repo: HostedRepository, more: object = {}) => ({
  ref: 'refs/heads/main',
  after: 'a'.repeat(40),
  repository: { clone_url: repo.url },
  ...more,
});

it('has the branch built at once, and once, however often and late it comes', async () => {
  const { app, repo, hook } = await connected();
  const tip = await repo.push({ 'a.txt': 'a' });
  expect((await deliver(hook, payloadOf(repo))).status).toBe(202);
  await expect.poll(async () => (await pending(app)).map(({ commit }) => commit)).toEqual([tip]);
  await expect.poll(async () => (await known(app))!.askedAt).toBe(null);
  await end((await pending(app))[0]!);
  // Replayed, and out of order: the branch is asked, not the message.
  for (const after of [tip, repo.commit]) await deliver(hook, payloadOf(repo, { after }));
  await expect.poll(async () => (await known(app))!.askedAt).toBe(null);
  expect(await commits(app)).toEqual([tip]);
  expect((await admin('GET', `/apps/${app.name}/git-connection`)).body).toMatchObject({
    webhook: { url: hook.url, heard_at: expect.any(String) as string },
  });
});

it('of anything else begins nothing', async () => {
  const { app, repo, hook } = await connected();
  await repo.push({ 'a.txt': 'a' });
  const answers = [
    await deliver(hook, { zen: 'Keep it logically awesome.', repository: { clone_url: repo.url } }, { event: 'ping' }),
    await deliver(hook, payloadOf(repo, { ref: 'refs/tags/main' })),
    await deliver(hook, payloadOf(repo, { ref: 'refs/heads/other' })),
    await deliver(hook, payloadOf(repo, { after: '0'.repeat(40), deleted: true })),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await Promise.all(answers.map((each) => each.json()))).toEqual([
    { message: 'There is nothing to do for ping.' },
    { message: 'Only main is deployed.' },
    { message: 'Only main is deployed.' },
    { message: 'main is gone; what is deployed goes on.' },
  ]);
  expect(await known(app)).toMatchObject({ askedAt: null, tip: repo.commit });
  expect(await pending(app)).toEqual([]);
});

it('that is not to be believed, or not to be read, is refused, and begins nothing', async () => {
  const [{ app, repo, hook }, other] = [await connected(), await connected()];
  await repo.push({ 'a.txt': 'a' });
  const refused: [send: () => Promise<Response>, status: number, id: string][] = [
    [() => fetch(hook.url, { method: 'POST', body: JSON.stringify(payloadOf(repo)) }), 401, 'unauthorized'],
    [() => deliver(hook, payloadOf(repo), { secret: other.hook.secret }), 401, 'unauthorized'],
    [() => deliver({ ...hook, url: hook.url.replace(/[^/]+$/, app.id) }, payloadOf(repo)), 404, 'not_found'],
    [() => deliver({ ...hook, url: `${hook.url}x` }, payloadOf(repo)), 404, 'not_found'],
    [() => deliver(hook, payloadOf(other.repo)), 422, 'invalid_params'],
    [() => deliver(hook, { ref: 'refs/heads/main', after: 'a'.repeat(40) }), 422, 'invalid_params'],
    [() => deliver(hook, '{"ref":'), 422, 'invalid_params'],
    [() => deliver(hook, 'x'.repeat(3 * 1024 * 1024 + 1)), 413, 'too_large'],
  ];
  for (const [send, status, id] of refused) {
    const answer = await send();
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status, body: { id } });
  }
  // Those that name no connection are counted nowhere.
  expect((await admin('GET', `/apps/${app.name}/git-connection`)).body).toMatchObject({
    webhook: {
      refused: refused.length - 2,
      refused_at: expect.any(String) as string,
      refusal: expect.stringContaining('3145728 bytes') as string,
    },
  });
  expect(await known(app)).toMatchObject({ askedAt: null, heardAt: null });
  expect(await pending(app)).toEqual([]);
});
