// The pre-receive hook from its lines to its exit status.
import { messageFor, PlatformError } from '../model/errors.js';
import { openApi } from './api.js';
import { deploy } from './deploy.js';
import type { Printer } from './printer.js';
import { parseUpdates, planPush } from './push-plan.js';
import type { Push } from './push.js';
import type { Repo } from './repo.js';
import type { Bell } from './wait.js';

interface Hook {
  /** What git wrote to the hook's stdin. */
  input: string;
  repo: Repo;
  out: Printer;
  push: Push;
  socketPath: string;
  bell: Bell;
  /** Aborted when the pusher has left, or, with a PlatformError to tell, when the push may go no further. */
  signal: AbortSignal;
}

/** Runs the hook. Returns the exit status: with 0 the refs move. */
export async function runHook(o: Hook): Promise<0 | 1> {
  try {
    const updates = parseUpdates(o.input);
    const plan = planPush(updates);
    if (plan.kind === 'accept') return 0;
    if (plan.kind === 'refuse') {
      o.out.warn(plan.message);
      return 1;
    }
    if (plan.kind === 'skip') {
      o.out.line('Pushed to non-master branch, skipping build.');
      return 0;
    }
    const api = openApi({ socketPath: o.socketPath, secret: o.push.secret, signal: o.signal });
    try {
      return (await deploy({ ...plan, updates, api, bell: o.bell, push: o.push, repo: o.repo, out: o.out })) ? 0 : 1;
    } finally {
      api.close();
    }
  } catch (error) {
    const why: unknown = o.signal.aborted ? o.signal.reason : error;
    if (o.signal.aborted && !(why instanceof PlatformError)) return 1;
    o.out.warn(messageFor(why, 'The platform failed while it handled this push. Push again; if it happens again, ask whoever runs it.'));
    return 1;
  }
}
