// Whether a release's web process has come up or crashed, from one look at the app's dynos after the other.

/** What the API tells of a dyno. */
export interface SeenDyno {
  id: string;
  name: string;
  type: string;
  state: string;
  release: { version: number };
}

export type WebVerdict =
  | { state: 'up' }
  /** `serving` is the earlier release whose dynos still answer, if one's do. */
  | { state: 'crashed'; name: string; serving: number | null };

/**
 * Judges what is seen of a release, from its number on. A dyno that crashes is replaced at once, under the same name
 * and with another id, so the moment in which it shows as crashed may be missed: `started` remembers who began.
 */
export function judgeWeb(started: Map<string, string>, dynos: SeenDyno[], version: number): WebVerdict | undefined {
  const web = dynos.filter((dyno) => dyno.type === 'web' && dyno.state !== 'down');
  const ours = web.filter((dyno) => dyno.release.version >= version);
  if (ours.some(isUp)) return { state: 'up' };
  const earlier = web.filter((dyno) => isUp(dyno) && dyno.release.version < version).map((dyno) => dyno.release.version);
  for (const { name, id, state } of ours) {
    const before = started.get(name);
    const hasCrashed = state === 'crashed' || (before !== undefined && before !== id);
    if (hasCrashed) return { state: 'crashed', name, serving: earlier.length > 0 ? Math.max(...earlier) : null };
    started.set(name, id);
  }
  return undefined;
}

function isUp(dyno: SeenDyno): boolean {
  return dyno.state === 'up' || dyno.state === 'idle';
}

/** Whether a dyno of it is to be waited for: where the release has no web type, the formation's number for it is for later. */
export function wantsWeb(processTypes: Record<string, unknown> | null, formation: { type: string; quantity: number }[]): boolean {
  if (processTypes !== null && !('web' in processTypes)) return false;
  return formation.some((entry) => entry.type === 'web' && entry.quantity > 0);
}

/** How a crash is told in one line. */
export function crashText(version: number, { name, serving }: { name: string; serving: number | null }): string {
  if (serving === null) return `v${version} is released, but ${name} crashed while starting.`;
  return `v${version} crashes; v${serving} goes on serving: fix it, or paas rollback`;
}
