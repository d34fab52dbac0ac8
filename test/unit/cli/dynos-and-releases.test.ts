import { describe, expect, it } from 'vitest';
import { describeDynos } from '../../../src/cli/describe-dynos.js';
import type { DynoResource, ReleaseResource } from '../../../src/cli/resources.js';
import { previousOf } from '../../../src/cli/roll-back.js';

const NOW = new Date('2026-03-13T15:38:08Z');

function aDyno(o: Partial<DynoResource> = {}): DynoResource {
  const type = o.name?.split('.')[0] ?? 'web';
  return { id: 'd', name: 'web.1', type, state: 'up', size: 'Basic', command: 'npm start', release: { id: 'r', version: 3 }, updated_at: '2026-03-13T15:08:07Z', ...o };
}

describe('paas ps', () => {
  const text = (dynos: DynoResource[]) => describeDynos(dynos, { now: NOW, paint: (_, word) => word }).map((line) => line.replace(/\d{4}\/\S+ \S+ \S+ /, 'TIME '));

  it('puts dynos under their command, by number, one-off dynos first', () => {
    const dynos = [
      aDyno({ name: 'web.10' }),
      aDyno({ name: 'worker.1', command: 'node worker', state: 'crashed', updated_at: '2026-03-13T15:38:00Z' }),
      aDyno({ name: 'web.2' }),
      aDyno({ name: 'run.4821', command: 'npm start' }),
    ];
    expect(text(dynos)).toEqual([
      '=== run: one-off processes (1)',
      'run.4821 (Basic): up TIME (~ 30m ago): npm start',
      '',
      '=== web (Basic): npm start (2)',
      'web.2: up TIME (~ 30m ago)',
      'web.10: up TIME (~ 30m ago)',
      '',
      '=== worker (Basic): node worker (1)',
      'worker.1: crashed TIME (~ 8s ago)',
      '',
    ]);
  });

  it('keeps sizes and commands apart', () => {
    const heads = text([aDyno(), aDyno({ name: 'web.2', command: 'npm run new' }), aDyno({ name: 'web.3', size: 'Standard-2X' })]).filter((line) => line.startsWith('==='));
    expect(heads).toEqual(['=== web (Basic): npm start (1)', '=== web (Basic): npm run new (1)', '=== web (Standard-2X): npm start (1)']);
  });
});

describe('paas rollback', () => {
  const release = (version: number, o: Partial<ReleaseResource> = {}) => ({ version, current: false, eligible_for_rollback: true, ...o }) as ReleaseResource;

  it('goes to the newest good release before the one that runs', () => {
    expect(previousOf([release(5, { current: true }), release(4, { eligible_for_rollback: false }), release(3), release(2)])?.version).toBe(3);
    expect(previousOf([release(6, { eligible_for_rollback: false }), release(5, { current: true }), release(4)])?.version).toBe(4);
  });

  it('has nowhere to go from the first', () => {
    expect(previousOf([release(3, { current: true }), release(2, { eligible_for_rollback: false })])).toBeUndefined();
    expect(previousOf([])).toBeUndefined();
  });
});
