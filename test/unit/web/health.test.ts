import { describe, expect, it } from 'vitest';
import type { Pulse } from '../../../src/bus/pulse.js';
import { describeHealth } from '../../../src/web/health.js';

const beat = (process: string, trouble?: string): Pulse => ({ process, node: 'here', pid: 1, at: 0, ...(trouble && { trouble }) });
const all = ['web', 'builder', 'dynos', 'logplex', 'router', 'providers'].map((process) => beat(process));

describe('health', () => {
  it('is ok when all are up', () => {
    const health = describeHealth({ isStoreUp: true, isBusUp: true, pulses: all });
    expect(health).toMatchObject({ status: 'ok', problems: [], stores: { postgresql: 'up', redis: 'up' } });
    expect(Object.values(health.processes)).toEqual(['up', 'up', 'up', 'up', 'up', 'up']);
  });

  it.each([
    [
      'a process is gone',
      { isStoreUp: true, isBusUp: true, pulses: all.filter((pulse) => pulse.process !== 'dynos') },
      ['dynos: not running'],
    ],
    [
      'a process is in trouble',
      { isStoreUp: true, isBusUp: true, pulses: [...all, beat('builder', 'docker: not reachable')] },
      ['builder: docker: not reachable'],
    ],
    ['PostgreSQL is gone', { isStoreUp: false, isBusUp: true, pulses: all }, ['postgresql: not reachable']],
    ['Redis is gone', { isStoreUp: true, isBusUp: false, pulses: null }, ['redis: not reachable']],
  ])('names what is wrong when %s', (_what, facts, problems) => {
    expect(describeHealth(facts)).toMatchObject({ status: 'unavailable', problems });
  });

  it('knows nothing of other processes without Redis', () => {
    const { processes } = describeHealth({ isStoreUp: true, isBusUp: false, pulses: null });
    expect(processes).toEqual({
      web: 'up',
      builder: 'unknown',
      dynos: 'unknown',
      logplex: 'unknown',
      router: 'unknown',
      providers: 'unknown',
    });
  });
});
