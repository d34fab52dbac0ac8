// A situation in a few words, and the steps that a plan has for it.
import { expect } from 'vitest';
import { plan, type Found, type Situation, type Step } from '../../../src/dynos/plan.js';
import type { Dyno } from '../../../src/model/dyno.js';
import { wantedDynos, type WantedDyno } from '../../../src/model/formation.js';

export const NOW = 1_000_000;
export const TYPES = { web: 'serve', worker: 'work', release: 'migrate' };
let born = 0;

export function aDyno(id: string, name = 'web.1', o: Partial<Dyno> = {}): Dyno {
  const [type = '', number] = name.split('.');
  const at = new Date(NOW - 1_000 + born++);
  return {
    id,
    name,
    type,
    number: Number(number),
    appId: 'app',
    state: 'up',
    size: 'Basic',
    command: TYPES[type as 'web'] ?? '',
    releaseId: 'r1',
    releaseVersion: 1,
    node: 'n',
    containerId: `c-${id}`,
    host: '172.0.0.2',
    port: 5000,
    crashes: 0,
    restartAt: null,
    restartAskedAt: null,
    oneOff: false,
    createdAt: at,
    updatedAt: at,
    ...o,
  };
}

export function wants(web: number, worker = 0, version = 1, size = 'Basic'): WantedDyno[] {
  const formation = [
    { type: 'web', quantity: web, size },
    { type: 'worker', quantity: worker, size },
  ];
  return wantedDynos(formation, { id: `r${version}`, version }, TYPES);
}

export const running = (...ids: string[]): Found[] => ids.map((id) => ({ containerId: `c-${id}`, dynoId: id, state: 'running' }));
export const exited = (...ids: string[]): Found[] => ids.map((id) => ({ containerId: `c-${id}`, dynoId: id, state: 'exited' }));
export const created = (...ids: string[]): Found[] => ids.map((id) => ({ containerId: `c-${id}`, dynoId: id, state: 'created' }));

/** A step in a few words: `start web.1 v2 from up`, `stop a`. */
function words(step: Step): string {
  if (step.do === 'start') {
    const instead = step.instead.length ? ` instead of ${step.instead.map((dyno) => dyno.id)}` : '';
    return `start ${step.wanted.name} v${step.wanted.releaseVersion} from ${step.from}${step.cycles ? ' by cycle' : ''}${step.crashes ? ` after ${step.crashes}` : ''}${instead}`;
  }
  if (step.do === 'remove') return `remove ${step.containerId}`;
  if (step.do === 'wait') return `wait ${step.until - NOW}`;
  if (step.do === 'idle') {
    const instead = step.instead.length ? ` instead of ${step.instead.map((dyno) => dyno.id)}` : '';
    return `idle ${step.wanted.name}${step.dyno ? `, which is ${step.dyno.id}` : ''}${instead}`;
  }
  return `${step.do} ${step.dyno.id}`;
}

export interface Case extends Partial<Omit<Situation, 'busy' | 'failed' | 'pendingReleases' | 'cycle'>> {
  busy?: Record<string, 'booting' | 'stopping'>;
  failed?: string[];
  pending?: string[];
  cycle?: Partial<Situation['cycle']>;
  steps: string[];
}

export function check(o: Case): void {
  const steps = plan({
    wanted: o.wanted ?? [],
    rows: o.rows ?? [],
    containers: o.containers ?? [],
    busy: new Map(Object.entries(o.busy ?? {})),
    failed: new Set(o.failed ?? []),
    pendingReleases: new Set(o.pending ?? []),
    cycle: { periodMs: 0, since: 0, ...o.cycle },
    sleep: o.sleep,
    now: NOW,
  });
  expect(steps.map(words)).toEqual(o.steps);
}
