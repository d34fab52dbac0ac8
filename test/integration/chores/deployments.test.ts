// Deployments, as GitHub's API has them: what web tells of a build and its release, in front of real stores.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { endBuild } from '../../../src/actions/build/end-build.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { carryOutRelease } from '../../../src/dynos/release/carry-out-release.js';
import { systemClock } from '../../../src/lib/async/clock.js';
import { DEFAULT_STACK } from '../../../src/model/build/stack.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { until } from '../../support/until.js';
import { openConnections, type Connected, type Connections } from './connections.js';

interface Deployment {
  id: number;
  sha: string;
  environment: string;
  payload: object;
  states: Record<string, string>[];
}

let opened: Connections;
let deployments: Deployment[];
/** States of commits, in order. */
let marks: string[];
let answer: { deployments: number };

beforeAll(async () => {
  opened = await openConnections();
});

beforeEach(() => {
  [deployments, marks, answer] = [[], [], { deployments: 201 }];
  opened.host.api = playGitHub;
});

afterAll(() => opened?.stop());

const connected = () => opened.connected({ host: 'github', api_url: `${opened.host.url}/api/v3` });
const states = () => deployments.map((each) => each.states.map(({ state }) => state));

async function begun({ app, repo }: Connected) {
  const commit = await repo.push({ 'a.txt': 'a' });
  await opened.look(app);
  const [build] = await opened.pending(app);
  return { commit, build: build! };
}

it('one is made for a build, and is a success once its release is out, not when it is built', async () => {
  const made = await connected();
  const { ctx } = opened.web;
  const { build, commit } = await begun(made);
  await until(states).toEqual([['pending']]);
  expect(deployments[0]).toMatchObject({ sha: commit, environment: made.app.name, payload: { slipway_build: build.id } });
  const digest = 'a'.repeat(64);
  const slug = await insertSlug(ctx.store, {
    appId: made.app.id,
    digest,
    diffId: `sha256:${digest}`,
    size: 1,
    base: [],
    stack: DEFAULT_STACK,
    commit,
    commitDescription: null,
    buildpackProvidedDescription: null,
    processTypes: {},
    cron: [],
    container: null,
  });
  const wanted = { appId: made.app.id, user: opened.user, slugId: slug.id, buildId: build.id, description: 'Deploy' };
  const release = await createRelease(ctx, wanted);
  await endBuild(ctx, build, { status: 'succeeded', slugId: slug.id, releaseId: release.id });
  expect(marks).not.toContain('success');
  await carryOut(release.id);
  await until(states).toEqual([['pending', 'success']]);
  expect(deployments[0]!.states[1]).toMatchObject({ environment_url: `http://${made.app.name}.localhost:8080/`, description: 'Deployed' });
  expect(marks).toEqual(['pending', 'success']);
});

it('one that does not build is a failure, told why', async () => {
  const made = await connected();
  const { build } = await begun(made);
  await until(states).toEqual([['pending']]);
  await opened.end(build);
  await until(states).toEqual([['pending', 'failure']]);
  expect(deployments[0]!.states[1]).toMatchObject({ description: 'Enough.' });
});

it('one whose id was lost with the process that made it is found, not made twice', async () => {
  const made = await connected();
  const { build } = await begun(made);
  await until(states).toEqual([['pending']]);
  await opened.web.ctx.store.db.deleteFrom('gitDeployments').execute();
  await opened.end(build);
  await until(states).toEqual([['pending', 'failure']]);
});

it('a token that may not is said, with what to do, and the commit has its mark all the same', async () => {
  answer.deployments = 403;
  const made = await connected();
  const { build } = await begun(made);
  const failure =
    `${opened.host.url}/api/v3 answered 403. Give a token that may write deployments (deployments: write): ` +
    'paas git:connect URL --branch main --token-stdin';
  await until(async () => (await opened.known(made.app))?.deploymentFailure).toBe(failure);
  expect(marks).toEqual(['pending']);
  expect(await opened.known(made.app)).toMatchObject({ statusFailure: null });
  expect((await opened.admin('GET', `/apps/${made.app.name}/git-connection`)).body).toMatchObject({ deployment_failure: failure });
  expect(await opened.said(made.app)).toContain(`The state of builds can't be told: ${failure}`);
  await opened.end(build);
});

/** As the manager of dynos does, for a release without a command. */
function carryOut(releaseId: string): Promise<void> {
  const { ctx } = opened.web;
  const deps = { ...ctx, clock: systemClock } as unknown as Parameters<typeof carryOutRelease>[0];
  return carryOutRelease(deps, { reconcile: () => Promise.resolve() }, releaseId, new AbortController().signal);
}

/** Statuses, and deployments as https://docs.github.com/en/rest/deployments has them. */
function playGitHub(req: IncomingMessage, res: ServerResponse): boolean {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://x');
  const [, what, id, below] = /^\/api\/v3\/repos\/[^/]+\/(?:(statuses|deployments)(?:\/([^/]+))?(\/statuses)?)$/.exec(pathname) ?? [];
  if (what === undefined) return false;
  const chunks: Buffer[] = [];
  const reply = (status: number, body: unknown) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    if (req.method === 'GET') {
      const [sha, environment] = [searchParams.get('sha'), searchParams.get('environment')];
      return reply(
        200,
        deployments.filter((each) => each.sha === sha && each.environment === environment),
      );
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, never>;
    if (what === 'statuses') {
      marks.push(body['state']!);
      return reply(201, {});
    }
    if (answer.deployments !== 201) return reply(answer.deployments, { message: 'Resource not accessible by personal access token' });
    if (below) {
      deployments.find((each) => String(each.id) === id)!.states.push(body);
      return reply(201, {});
    }
    const made = {
      id: deployments.length + 1,
      sha: body['ref']!,
      environment: body['environment']!,
      payload: body['payload']!,
      states: [],
    };
    deployments.push(made);
    reply(201, made);
  });
  return true;
}
