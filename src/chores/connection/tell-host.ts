// Tells a host what has become of a build: the state it is in now, so that a message that comes late or twice tells nothing wrong.
import type { Context } from '../../actions/context.js';
import { webUrl, type App } from '../../model/app.js';
import type { Build } from '../../model/build/build.js';
import { askAgainAfter, statusCall } from '../../model/connection/commit-status.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { createCall, hasDeployments, idAmong, idOf, listCall, stateCall } from '../../model/connection/deployment.js';
import type { HostCall } from '../../model/connection/host-api.js';
import { outcomeOf, type Outcome } from '../../model/connection/outcome.js';
import { apiLine } from '../../model/logs/log-line.js';
import { ComeAgain } from '../../model/outbox/outbox.js';
import { callHost } from '../../outbound/call-host.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { findApp } from '../../store/app/apps.js';
import { findReleaseById } from '../../store/app/releases.js';
import { findBuild } from '../../store/build/builds.js';
import { findConnection, noteDeploymentFailure, noteStatusFailure, readConnectionLogin } from '../../store/connection/connections.js';
import { keepDeployment, readDeployment } from '../../store/connection/deployments.js';
import type { Deliver } from '../outbox/work-outbox.js';

interface Telling {
  ctx: Context;
  guard: FetchGuard;
  place: { domain: string; routerPort: number };
}

interface Told {
  c: GitConnection;
  app: App;
  build: Build & { commit: string };
  outcome: Outcome;
  token: string;
  link: string;
  /** Throws where it is to be called again. */
  ask(call: HostCall): Promise<{ status: number; body: unknown }>;
}

export function tellHost({ ctx, guard, place }: Telling): Deliver<'commit-status'> {
  const { store } = ctx;
  return async ({ payload }, { signal }) => {
    const build = await findBuild(store, payload.buildId);
    const c = build?.connectionId ? await findConnection(store, build.connectionId) : undefined;
    const [app, login] = c ? await Promise.all([findApp(store, c.appId), readConnectionLogin(store, c.id)]) : [];
    if (!build?.commit || !c || !app || !login) return;
    const release = build.releaseId === null ? undefined : await findReleaseById(store, build.releaseId);
    const told: Told = {
      c,
      app,
      build: { ...build, commit: build.commit },
      outcome: outcomeOf(build, release),
      token: login.password || login.name,
      link: webUrl(app, place),
      ask: (call) => ask(guard, call, signal),
    };
    await tellStatus(ctx, told);
    if (hasDeployments(c)) await tellDeployment(ctx, told);
  };
}

async function tellStatus(ctx: Context, { c, app, build, outcome, token, link, ask }: Told): Promise<void> {
  const call = statusCall(c, { token, commit: build.commit, app: app.name, link, outcome });
  if (!call) return;
  const { status } = await ask(call);
  const failure = status < 300 ? null : refusalOf(status, c, 'commit statuses', STATUS_RIGHTS[c.host]);
  if (failure === c.statusFailure) return;
  say(ctx, c, failure);
  await noteStatusFailure(ctx.store, c.id, failure);
}

async function tellDeployment(ctx: Context, told: Told): Promise<void> {
  const { c, outcome, token, link, ask } = told;
  const made = await deploymentOf(ctx, told);
  const status = typeof made === 'string' ? (await ask(stateCall(c, { token, id: made, link, outcome }))).status : made.refused;
  const failure = status < 300 ? null : refusalOf(status, c, 'deployments', 'deployments: write');
  if (failure === c.deploymentFailure) return;
  say(ctx, c, failure);
  await noteDeploymentFailure(ctx.store, c.id, failure);
}

/** The host's id of the deployment: known, found, or made. */
async function deploymentOf({ store }: Context, { c, app, build, token, ask }: Told): Promise<string | { refused: number }> {
  const known = await readDeployment(store, build.id);
  if (known !== null) return known;
  const wanted = { token, commit: build.commit, app: app.name, buildId: build.id };
  const found = idAmong((await ask(listCall(c, wanted))).body, build.id);
  const made = found === null ? await ask(createCall(c, wanted)) : null;
  const id = found ?? idOf(made?.body);
  if (id === null || (made && made.status >= 300)) return { refused: made?.status ?? 500 };
  await keepDeployment(store, build.id, id);
  return id;
}

async function ask(guard: FetchGuard, call: HostCall, signal: AbortSignal): Promise<{ status: number; body: unknown }> {
  const { status, header, body } = await callHost(guard, call, signal);
  const { host } = new URL(call.url);
  const pauseMs = askAgainAfter(status, header, Date.now());
  if (pauseMs !== null) throw new ComeAgain(`${host} is asked too often`, pauseMs);
  if (status >= 500) throw new Error(`${host} answered ${status}`);
  return { status, body };
}

/** Once, in the app's log too. */
function say({ lines }: Context, { appId }: GitConnection, failure: string | null): void {
  if (failure !== null) lines.write(appId, apiLine(Date.now(), `The state of builds can't be told: ${failure}`));
}

const STATUS_RIGHTS = { github: 'commit statuses: write', gitlab: 'api', gitea: 'write:repository', bitbucket: '', other: '' };

function refusalOf(status: number, { apiUrl, branch }: GitConnection, what: string, right: string): string {
  const remedy = `paas git:connect URL --branch ${branch} --token-stdin`;
  return `${apiUrl} answered ${status}. Give a token that may write ${what} (${right}): ${remedy}`;
}
