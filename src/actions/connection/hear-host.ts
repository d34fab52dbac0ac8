// A host tells that something has happened to a repository. What it says is taken for a hint only: the branch itself is asked.
import type { GitConnection } from '../../model/connection/connection.js';
import { isOfRepository, type HookEvent } from '../../model/connection/hook-event.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import { askToLook, noteHeard } from '../../store/connection/connections.js';
import type { Context } from '../context.js';

export interface Heard {
  isAsked: boolean;
  /** For whoever reads the host's list of deliveries. */
  message: string;
}

/** Has the branch looked at when it was pushed. Throws `invalid_params` for another repository. */
export async function hearHost(ctx: Context, c: GitConnection, event: HookEvent): Promise<Heard> {
  if (event.moved.length === 0) return ignored(`There is nothing to do for ${event.name}.`);
  if (!isOfRepository(event, c.url))
    throw new PlatformError('invalid_params', `The app is connected to ${c.url}, and to no other repository.`);
  const moved = event.moved.find(({ ref }) => ref === `refs/heads/${c.branch}`);
  await noteHeard(ctx.store, c.id);
  if (!moved) return ignored(`Only ${c.branch} is deployed.`);
  if (moved.isGone) {
    ctx.lines.write(c.appId, apiLine(Date.now(), `${c.branch} of ${c.url} was deleted there; what is deployed goes on.`));
    return ignored(`${c.branch} is gone; what is deployed goes on.`);
  }
  if (!c.auto) return ignored('The app is deployed by hand.');
  await askToLook(ctx.store, c.id);
  await ctx.bus.publish('git-look-due', {});
  return { isAsked: true, message: `${c.branch} is looked at.` };
}

function ignored(message: string): Heard {
  return { isAsked: false, message };
}
