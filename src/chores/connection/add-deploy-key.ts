// Gives a host the deploy key of a connection, where the token that was given for it may do so.
import type { Context } from '../../actions/context.js';
import { askAgainAfter } from '../../model/connection/commit-status.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { deployKeyCall, hasKey } from '../../model/connection/deploy-key.js';
import { apiLine } from '../../model/logs/log-line.js';
import { ComeAgain } from '../../model/outbox/outbox.js';
import { callHost } from '../../outbound/call-host.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import { findApp } from '../../store/app/apps.js';
import { findConnection, noteKey, readConnectionLogin } from '../../store/connection/connections.js';
import type { Deliver } from '../outbox/work-outbox.js';

export function addDeployKey({ ctx, guard }: { ctx: Context; guard: FetchGuard }): Deliver<'deploy-key'> {
  const { store, bus } = ctx;
  return async ({ payload }, { signal }) => {
    const c = await findConnection(store, payload.connectionId);
    const [app, login] = c ? await Promise.all([findApp(store, c.appId), readConnectionLogin(store, c.id)]) : [];
    if (!c?.deployKey || c.keyAddedAt || !app || !login) return;
    const call = deployKeyCall(c, { token: login.password || login.name, title: `Slipway: ${app.name}`, key: c.deployKey });
    if (!call) return;
    const { status, header, body } = await callHost(guard, call, signal);
    const pauseMs = askAgainAfter(status, header, Date.now());
    if (pauseMs !== null) throw new ComeAgain(`${new URL(call.url).host} is asked too often`, pauseMs);
    if (status >= 500) throw new Error(`${new URL(call.url).host} answered ${status}`);
    const isAdded = hasKey(status, body);
    await note(ctx, c, isAdded ? null : `${c.apiUrl} answered ${status}. ${remedyFor(c)}`);
    if (isAdded) await bus.publish('git-look-due', {});
  };
}

/** It is said once, in the app's log too. */
async function note({ store, lines }: Context, { id, appId, keyFailure }: GitConnection, failure: string | null): Promise<void> {
  if (failure !== null && failure !== keyFailure) lines.write(appId, apiLine(Date.now(), `The deploy key can't be added: ${failure}`));
  await noteKey(store, id, failure);
}

function remedyFor({ host }: GitConnection): string {
  const right = { github: 'administration: write', gitlab: 'api, as a maintainer', gitea: 'write:repository, as an administrator of it' };
  const needed = host === 'bitbucket' || host === 'other' ? '' : ` (${right[host]})`;
  return `Give a token that may add deploy keys${needed}, or add the key there by hand: paas git:info shows it`;
}
