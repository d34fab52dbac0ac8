import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../../src/lib/collect-garbage.js';
import {
  decide,
  hostname,
  mayBeApp,
  pick,
  reachableDynos,
  routeOfHost,
  tableOf,
  withApps,
  type Decision,
} from '../../../../src/router/table/route-table.js';
import type { AppRoute, RouteDyno } from '../../../../src/store/app/routes.js';

function anApp(change: Partial<AppRoute> = {}): AppRoute {
  return {
    appId: 'a',
    name: 'demo',
    hosts: [`${change.name ?? 'demo'}.localhost`],
    maintenance: false,
    deployed: true,
    hasWeb: true,
    wanted: 1,
    onlySize: null,
    dynos: [],
    ...change,
  };
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
    ['asleep', anApp({ dynos: [aDyno('idle')] }), { kind: 'wake' }],
    ['asleep, and what it was is still stopping', anApp({ dynos: [aDyno('idle'), aDyno('down')] }), { kind: 'wake' }],
    ['asleep, in maintenance', anApp({ maintenance: true, dynos: [aDyno('idle')] }), refuse('H80')],
    ['being woken', anApp({ dynos: [aDyno('starting'), aDyno('down')] }), hold],
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

describe('mayBeApp', () => {
  const cases: [string, string | false][] = [
    ['demo.apps.example.com', 'demo'],
    ['DEMO.Apps.Example.COM', 'demo'],
    ['demo.apps.example.com:8080', 'demo'],
    ['demo.apps.example.com.', 'demo'],
    ['demo.apps.example.com.:443', 'demo'],
    ['demo-2.apps.example.com:', 'demo-2'],
    ['apps.example.com', false],
    ['.apps.example.com', false],
    ['a.demo.apps.example.com', false],
    ['demo.example.com', false],
    ['demoapps.example.com', false],
    ['demo.apps.example.com.evil.com', false],
    ['de mo.apps.example.com', false],
    ['[::1]:80', false],
    ['', false],
  ];
  it.each(cases)('%s → %s', (host, name) => {
    expect(mayBeApp(host, 'apps.Example.com')).toBe(name !== false);
    if (name) expect(hostname(host)).toBe(`${name}.apps.example.com`);
  });
});

describe('a table', () => {
  const table = tableOf([anApp({ dynos: [aDyno('up')] }), anApp({ appId: 'b', name: 'other', dynos: [aDyno('starting')] })]);

  it('finds apps by host and by id', () => {
    expect(table.byHost.get('demo.localhost')).toBe(table.byId.get('a'));
    expect(table.byHost.get('nobody.localhost')).toBeUndefined();
    expect(reachableDynos(table)).toEqual([up]);
  });

  it('replaces what is named, forgets what is gone, keeps the rest, and leaves the old table as it was', () => {
    const renamed = withApps(table, ['a', 'b'], [anApp({ name: 'renamed', maintenance: true })]);
    expect([...renamed.byHost.keys()]).toEqual(['renamed.localhost']);
    expect(renamed.byHost.get('renamed.localhost')!.decision).toEqual({ kind: 'refuse', code: 'H80' });
    expect([...table.byHost.keys()]).toEqual(['demo.localhost', 'other.localhost']);
    expect([...withApps(table, ['c'], [anApp({ appId: 'c', name: 'new' })]).byHost.keys()]).toEqual([
      'demo.localhost',
      'other.localhost',
      'new.localhost',
    ]);
  });

  it('leads every host of an app to it, wherever it lies, and none that it has lost', () => {
    const two = withApps(table, ['a'], [anApp({ hosts: ['demo.localhost', 'www.example.org'], dynos: [aDyno('up')] })]);
    expect(two.byHost.get('www.example.org')).toBe(two.byHost.get('demo.localhost'));
    expect(reachableDynos(two)).toEqual([up]);
    expect(withApps(two, ['a'], [anApp()]).byHost.has('www.example.org')).toBe(false);
  });

  it('a name that moved to another app is the new one, whichever is read first', () => {
    const moved = withApps(table, ['a', 'b'], [anApp({ appId: 'b', name: 'demo' }), anApp({ appId: 'a', name: 'old-demo' })]);
    expect(moved.byHost.get('demo.localhost')!.appId).toBe('b');
    expect(moved.byHost.get('old-demo.localhost')!.appId).toBe('a');
  });
});

describe('pick', () => {
  it('takes each with the same chance', () => {
    expect([0, 0.33, 0.34, 0.67, 0.999].map((random) => pick(['a', 'b', 'c'], () => random))).toEqual(['a', 'a', 'b', 'c', 'c']);
    expect(pick([], () => 0)).toBeUndefined();
  });
});

describe('a host', () => {
  const table = tableOf([
    anApp({ appId: 'a', name: 'demo', hosts: ['demo.localhost', 'www.example.com', '*.example.com'] }),
    anApp({ appId: 'b', name: 'blog', hosts: ['blog.localhost', 'blog.example.com', '*.b.example.com'] }),
  ]);
  it.each([
    ['demo.localhost', 'demo'],
    ['WWW.Example.com.:8080', 'demo'],
    ['blog.example.com', 'blog'],
    ['other.example.com', 'demo'],
    ['x.other.example.com', 'demo'],
    ['x.b.example.com', 'blog'],
    ['x.blog.example.com', 'demo'],
    ['b.example.com', 'demo'],
    ['example.com', undefined],
    ['xexample.com', undefined],
    ['www.demo.localhost', undefined],
    ['', undefined],
    [`${'x.'.repeat(4_000)}example.com`, undefined],
  ])('%s is that of %s: the name itself, else the nearest wildcard', (host, name) => {
    expect(routeOfHost(table, host)?.name).toBe(name);
  });

  it("is the app's that the platform named so, whoever added it before", () => {
    const both = tableOf([
      anApp({ appId: 'a', name: 'x', hosts: ['x.test', 'y.test'] }),
      anApp({ appId: 'b', name: 'y', hosts: ['y.test'] }),
    ]);
    expect(routeOfHost(both, 'y.test')?.name).toBe('y');
  });
});

describe('10,000 hosts', () => {
  const apps = Array.from({ length: 1_000 }, (_, app) =>
    anApp({
      appId: `app-${app}`,
      name: `app-${app}`,
      hosts: Array.from({ length: 10 }, (_none, at) => `${at === 9 ? '*' : `www${at}`}.customer-${app}.example.com`),
      dynos: [aDyno('up')],
    }),
  );

  it('take 20 MiB at most', () => {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const table = tableOf(structuredClone(apps));
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
    expect(table.byHost.size).toBe(10_000);
  });

  it('cost a request no more than one does', () => {
    const [many, one] = [tableOf(apps), tableOf(apps.slice(0, 1))];
    const ask = (table: ReturnType<typeof tableOf>) => {
      const start = performance.now();
      for (let i = 0; i < 20_000; i++) routeOfHost(table, i % 2 ? 'www3.customer-0.example.com' : 'x.customer-0.example.com');
      return performance.now() - start;
    };
    const best = (table: ReturnType<typeof tableOf>) => Math.min(...Array.from({ length: 10 }, () => ask(table)));
    best(one);
    // Looking through all of them would be a thousand times as much.
    expect(best(many)).toBeLessThan(10 * best(one));
  });
});
