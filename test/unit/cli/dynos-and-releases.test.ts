import { describe, expect, it } from 'vitest';
import { describeDynos } from '../../../src/cli/commands/ps/describe-dynos.js';
import type { DynoResource, ReleaseResource } from '../../../src/cli/api/resources.js';
import { previousOf } from '../../../src/cli/commands/releases/roll-back.js';

const NOW = new Date('2026-03-13T15:38:08Z');

function aDyno(o: Partial<DynoResource> = {}): DynoResource {
  const type = o.name?.split('.')[0] ?? 'web';
  return {
    id: 'd',
    name: 'web.1',
    type,
    state: 'up',
    size: 'Basic',
    command: 'npm start',
    release: { id: 'r', version: 3 },
    updated_at: '2026-03-13T15:08:07Z',
    ...o,
  };
}

describe('paas ps', () => {
  const text = (dynos: DynoResource[]) =>
    describeDynos(dynos, { now: NOW, paint: (_, word) => word }).map((line) => line.replace(/\d{4}\/\S+ \S+ \S+ /, 'TIME '));

  it('says of one that sleeps what wakes it', () => {
    expect(text([aDyno({ state: 'idle', size: 'Eco' })]).slice(0, 2)).toEqual([
      '=== web (Eco): npm start (1)',
      'web.1: idle TIME (~ 30m ago), wakes when the app is asked for',
    ]);
  });

  it('puts dynos under their command, by number', () => {
    const dynos = [
      aDyno({ name: 'web.10' }),
      aDyno({ name: 'worker.1', command: 'node worker', state: 'crashed', updated_at: '2026-03-13T15:38:00Z' }),
      aDyno({ name: 'web.2' }),
      aDyno({ name: 'run.1', command: 'node run' }),
    ];
    expect(text(dynos)).toEqual([
      '=== run (Basic): node run (1)',
      'run.1: up TIME (~ 30m ago)',
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

  it('shows process types that nothing runs of, unless the release does without them', () => {
    const formation = [
      { type: 'web', quantity: 1, size: 'Basic', command: 'npm start' },
      { type: 'worker', quantity: 0, size: 'Basic', command: 'node worker' },
      { type: 'clock', quantity: 2, size: 'Eco', command: '' },
      { type: 'old', quantity: 0, size: 'Basic', command: '' },
    ];
    expect(describeDynos([aDyno()], { now: NOW, paint: (_, word) => word, formation }).filter((line) => line.startsWith('==='))).toEqual([
      '=== clock (Eco): not in this release (0 of 2)',
      '=== web (Basic): npm start (1)',
      '=== worker (Basic): node worker (0)',
    ]);
  });

  it('names releases where two are at work', () => {
    const dynos = [aDyno(), aDyno({ name: 'web.1', state: 'crashed', release: { id: 's', version: 4 } })];
    expect(text(dynos).slice(1, 3)).toEqual(['web.1 (v3): up TIME (~ 30m ago)', 'web.1 (v4): crashed TIME (~ 30m ago)']);
    expect(text([dynos[0]!, { ...dynos[1]!, command: 'npm run new' }]).filter((line) => line.startsWith('web'))).toEqual([
      'web.1 (v3): up TIME (~ 30m ago)',
      'web.1 (v4): crashed TIME (~ 30m ago)',
    ]);
  });

  it('lets no command or type forge a line', () => {
    expect(text([aDyno({ type: 'web\n=== fake', command: 'a\n\u001B[2Jb\u202E' })])[0]).toBe('=== web === fake (Basic): a b (1)');
  });

  it('keeps sizes and commands apart', () => {
    const heads = text([aDyno(), aDyno({ name: 'web.2', command: 'npm run new' }), aDyno({ name: 'web.3', size: 'Standard-2X' })]).filter(
      (line) => line.startsWith('==='),
    );
    expect(heads).toEqual(['=== web (Basic): npm start (1)', '=== web (Basic): npm run new (1)', '=== web (Standard-2X): npm start (1)']);
  });
});

describe('paas rollback', () => {
  const release = (version: number, o: Partial<ReleaseResource> = {}) =>
    ({ version, current: false, eligible_for_rollback: true, ...o }) as ReleaseResource;

  it('goes to the newest good release before the one that runs', () => {
    expect(previousOf([release(5, { current: true }), release(4, { eligible_for_rollback: false }), release(3), release(2)])?.version).toBe(
      3,
    );
    expect(previousOf([release(6, { eligible_for_rollback: false }), release(5, { current: true }), release(4)])?.version).toBe(4);
  });

  it('has nowhere to go from the first', () => {
    expect(previousOf([release(3, { current: true }), release(2, { eligible_for_rollback: false })])).toBeUndefined();
    expect(previousOf([])).toBeUndefined();
  });
});
