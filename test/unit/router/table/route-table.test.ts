import { describe, expect, it } from 'vitest';
import { appNameOf, decide, pick, reachableDynos, tableOf, withApps, type Decision } from '../../../../src/router/table/route-table.js';
import type { AppRoute, RouteDyno } from '../../../../src/store/app/routes.js';

function anApp(change: Partial<AppRoute> = {}): AppRoute {
  return { appId: 'a', name: 'demo', maintenance: false, deployed: true, hasWeb: true, wanted: 1, dynos: [], ...change };
}

function aDyno(state: RouteDyno['state'], change: Partial<RouteDyno> = {}): RouteDyno {
  return { id: `id-${state}`, name: 'web.1', state, host: '10.0.0.2', port: 5000, ...change };
}

const up = { id: 'id-up', name: 'web.1', host: '10.0.0.2', port: 5000 };

describe('decide', () => {
  const hold: Decision = { kind: 'hold' };
  const refuse = (code: 'H10' | 'H14' | 'H80' | 'H81'): Decision => ({ kind: 'refuse', code });
  const cases: [string, AppRoute, Decision][] = [
    ['a dyno that is up', anApp({ dynos: [aDyno('up')] }), { kind: 'dynos', dynos: [up] }],
    [
      'one up among others',
      anApp({ dynos: [aDyno('crashed'), aDyno('starting'), aDyno('up'), aDyno('down')] }),
      { kind: 'dynos', dynos: [up] },
    ],
    ['up, but not yet anywhere', anApp({ dynos: [aDyno('up', { host: null })] }), hold],
    ['starting', anApp({ dynos: [aDyno('starting')] }), hold],
    ['idle', anApp({ dynos: [aDyno('idle')] }), hold],
    ['wanted, not there yet', anApp(), hold],
    ['only stopping ones left', anApp({ dynos: [aDyno('down')] }), hold],
    ['all crashed', anApp({ dynos: [aDyno('crashed'), aDyno('crashed')] }), refuse('H10')],
    ['crashed, and one stopping', anApp({ dynos: [aDyno('crashed'), aDyno('down')] }), refuse('H10')],
    ['crashed, and one starting', anApp({ dynos: [aDyno('crashed'), aDyno('starting')] }), hold],
    ['scaled to none', anApp({ wanted: 0 }), refuse('H14')],
    ['scaled to none, the last still up', anApp({ wanted: 0, dynos: [aDyno('up')] }), refuse('H14')],
    ['a release without web, the formation as before', anApp({ hasWeb: false, wanted: 2 }), refuse('H14')],
    ['a release without web, the dynos of the one before still up', anApp({ hasWeb: false, dynos: [aDyno('up')] }), refuse('H14')],
    ['a release without web, the dynos of the one before crashed', anApp({ hasWeb: false, dynos: [aDyno('crashed')] }), refuse('H14')],
    ['a release without web, in maintenance', anApp({ hasWeb: false, maintenance: true }), refuse('H80')],
    ['scaled to none, the last one crashed', anApp({ wanted: 0, dynos: [aDyno('crashed')] }), refuse('H14')],
    ['nothing deployed', anApp({ deployed: false, hasWeb: false, wanted: 0 }), refuse('H81')],
    ['maintenance before all else', anApp({ maintenance: true, deployed: false, hasWeb: false, wanted: 0 }), refuse('H80')],
  ];
  it.each(cases)('%s', (_name, app, decision) => {
    expect(decide(app)).toEqual(decision);
  });
});

describe('appNameOf', () => {
  const cases: [string, string | null][] = [
    ['demo.apps.example.com', 'demo'],
    ['DEMO.Apps.Example.COM', 'demo'],
    ['demo.apps.example.com:8080', 'demo'],
    ['demo.apps.example.com.', 'demo'],
    ['demo.apps.example.com.:443', 'demo'],
    ['demo-2.apps.example.com:', 'demo-2'],
    ['apps.example.com', null],
    ['.apps.example.com', null],
    ['a.demo.apps.example.com', null],
    ['demo.example.com', null],
    ['demoapps.example.com', null],
    ['demo.apps.example.com.evil.com', null],
    ['de mo.apps.example.com', null],
    ['[::1]:80', null],
    ['', null],
  ];
  it.each(cases)('%s → %s', (host, name) => {
    expect(appNameOf(host, 'apps.Example.com')).toBe(name);
  });
});

describe('a table', () => {
  const table = tableOf([anApp({ dynos: [aDyno('up')] }), anApp({ appId: 'b', name: 'other', dynos: [aDyno('starting')] })]);

  it('finds apps by name and by id', () => {
    expect(table.byName.get('demo')).toBe(table.byId.get('a'));
    expect(table.byName.get('nobody')).toBeUndefined();
    expect(reachableDynos(table)).toEqual([up]);
  });

  it('replaces what is named, forgets what is gone, keeps the rest, and leaves the old table as it was', () => {
    const renamed = withApps(table, ['a', 'b'], [anApp({ name: 'renamed', maintenance: true })]);
    expect([...renamed.byName.keys()]).toEqual(['renamed']);
    expect(renamed.byName.get('renamed')!.decision).toEqual({ kind: 'refuse', code: 'H80' });
    expect([...table.byName.keys()]).toEqual(['demo', 'other']);
    expect([...withApps(table, ['c'], [anApp({ appId: 'c', name: 'new' })]).byName.keys()]).toEqual(['demo', 'other', 'new']);
  });

  it('a name that moved to another app is the new one, whichever is read first', () => {
    const moved = withApps(table, ['a', 'b'], [anApp({ appId: 'b', name: 'demo' }), anApp({ appId: 'a', name: 'old-demo' })]);
    expect(moved.byName.get('demo')!.appId).toBe('b');
    expect(moved.byName.get('old-demo')!.appId).toBe('a');
  });
});

describe('pick', () => {
  it('takes each with the same chance', () => {
    expect([0, 0.33, 0.34, 0.67, 0.999].map((random) => pick(['a', 'b', 'c'], () => random))).toEqual(['a', 'a', 'b', 'c', 'c']);
    expect(pick([], () => 0)).toBeUndefined();
  });
});
