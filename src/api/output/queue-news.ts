// What someone is told whose build waits for a free builder: their place, when it changes.
import type { Pulse } from '../../bus/pulse.js';

interface Questions {
  /** Ids of the builds that wait, in order of arrival. */
  waiting: () => Promise<string[]>;
  pulses: () => Promise<Pulse[]>;
}

/** Returns the function to ask now and then; it answers '' when there is nothing new. */
export function queueNews(ask: Questions): (buildId: string) => Promise<string> {
  let told = '';
  return async (buildId) => {
    const [waiting, pulses] = await Promise.all([ask.waiting(), ask.pulses()]);
    const news = describePlace(
      waiting.indexOf(buildId),
      pulses.some((pulse) => pulse.process === 'builder'),
    );
    if (news === told || news === '') return '';
    told = news;
    return `-----> ${news}\n`;
  };
}

/** `place` is 0 for the next one, -1 for a build that doesn't wait. */
export function describePlace(place: number, isAnyBuilderUp: boolean): string {
  if (!isAnyBuilderUp) return 'No builder is running now; the build begins as soon as one is';
  if (place < 0) return '';
  if (place === 0) return 'Waiting for a free builder (next in line)';
  return `Waiting for a free builder (${place} ${place === 1 ? 'build' : 'builds'} ahead)`;
}
