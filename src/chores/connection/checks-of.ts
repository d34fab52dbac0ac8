import type { Context } from '../../actions/context.js';
import { askAgainAfter } from '../../model/connection/commit-status.js';
import { checksCalls, verdictOf, type Verdict } from '../../model/connection/checks.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { PlatformError } from '../../model/errors.js';
import { callHost } from '../../outbound/call-host.js';
import type { FetchSettings } from '../../outbound/git.js';
import { readConnectionLogin } from '../../store/connection/connections.js';

/** What looking at a branch is given. */
export interface Looking {
  ctx: Context;
  git: FetchSettings;
  signal: AbortSignal;
}

export interface Checks {
  verdict: Verdict;
  /** In how many ms the host may be asked again, where it says that it is asked too often. */
  againMs: number | null;
}

/** What the host's own checks of a commit have come to. Throws PlatformError when it doesn't tell. */
export async function checksOf({ ctx, git, signal }: Looking, c: GitConnection, commit: string): Promise<Checks> {
  const login = await readConnectionLogin(ctx.store, c.id);
  const answers: unknown[] = [];
  for (const call of checksCalls(c, commit, login && (login.password || login.name))) {
    const { status, header, body } = await callHost(git.guard, call, signal);
    const againMs = askAgainAfter(status, header, Date.now());
    if (againMs !== null) return { verdict: 'pending', againMs };
    if (status < 200 || status > 299)
      throw new PlatformError(
        'unavailable',
        `${c.apiUrl} answered ${status} when it was asked for its checks: a token must be able to read them`,
      );
    answers.push(body);
  }
  return { verdict: verdictOf(answers), againMs: null };
}
