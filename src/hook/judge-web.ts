// Whether a release's web process has come up or crashed, from one look at the app's dynos after the other.
import { recordOf, textOf, type Json } from './json.js';

export type Verdict = { state: 'up' } | { state: 'crashed'; name: string };

/**
 * Judges what is seen of a release, from its number on. A dyno that crashes is replaced at once, under the same name
 * and with another id, so the moment in which it shows as crashed may be missed: `started` remembers who began.
 */
export function judgeWeb(started: Map<string, string>, dynos: Json[], version: number): Verdict | undefined {
  const ours = dynos.filter((dyno) => dyno['type'] === 'web' && dyno['state'] !== 'down' && Number(recordOf(dyno, 'release')['version']) >= version);
  if (ours.some((dyno) => dyno['state'] === 'up' || dyno['state'] === 'idle')) return { state: 'up' };
  for (const dyno of ours) {
    const [name, id] = [textOf(dyno, 'name'), textOf(dyno, 'id')];
    const before = started.get(name);
    if (dyno['state'] === 'crashed' || (before !== undefined && before !== id)) return { state: 'crashed', name };
    started.set(name, id);
  }
  return undefined;
}
