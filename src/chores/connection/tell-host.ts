// Tells a host what has become of a build: the state it is in now, so that a message that comes late or twice tells nothing wrong.
import type { Context } from '../../actions/context.js';
import { webUrl } from '../../model/app.js';
import { askAgainAfter, statusCall } from '../../model/connection/commit-status.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { apiLine } from '../../model/logs/log-line.js';
import { ComeAgain } from '../../model/outbox/outbox.js';
import { callHost } from '../../outbound/call-host.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { findApp } from '../../store/app/apps.js';
import { findBuild } from '../../store/build/builds.js';
import { findConnection, noteStatusFailure, readConnectionLogin } from '../../store/connection/connections.js';
import type { Deliver } from '../outbox/work-outbox.js';

interface Telling {
  ctx: Context;
  guard: FetchGuard;
  place: { domain: string; routerPort: number };
}

export function tellHost({ ctx, guard, place }: Telling): Deliver<'commit-status'> {
  const { store } = ctx;
  return async ({ payload }, { signal }) => {
    const build = await findBuild(store, payload.buildId);
    const connection = build?.connectionId ? await findConnection(store, build.connectionId) : undefined;
    const [app, login] = connection ? await Promise.all([findApp(store, connection.appId), readConnectionLogin(store, connection.id)]) : [];
    if (!build?.commit || !connection || !app || !login) return;
    const told = { token: login.password || login.name, commit: build.commit, app: app.name, link: webUrl(app, place), build };
    const call = statusCall(connection, told);
    if (!call) return;
    const { status, header } = await callHost(guard, call, signal);
    const pauseMs = askAgainAfter(status, header, Date.now());
    if (pauseMs !== null) throw new ComeAgain(`${new URL(call.url).host} is asked too often`, pauseMs);
    if (status >= 500) throw new Error(`${new URL(call.url).host} answered ${status}`);
    await note(ctx, connection, status < 300 ? null : refusalOf(status, connection));
  };
}

/** It is said once, in the app's log too. */
async function note({ store, lines }: Context, { id, appId, statusFailure }: GitConnection, failure: string | null): Promise<void> {
  if (failure === statusFailure) return;
  if (failure !== null) lines.write(appId, apiLine(Date.now(), `The state of builds can't be told: ${failure}`));
  await noteStatusFailure(store, id, failure);
}

function refusalOf(status: number, { apiUrl, branch, host }: GitConnection): string {
  const right = { github: 'commit statuses: write', gitlab: 'api', gitea: 'write:repository', bitbucket: '', other: '' }[host];
  return (
    `${apiUrl} answered ${status}. Give a token that may write commit statuses (${right}): ` +
    `paas git:connect URL --branch ${branch} --token-stdin`
  );
}
