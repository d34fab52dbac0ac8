import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../../src/lib/collect-garbage.js';
import {
  changeApps,
  decide,
  hostname,
  mayBeApp,
  pick,
  reachableDynos,
  routeOfHost,
  tableOf,
  type Decision,
  type Route,
  type RouteTable,
} from '../../../../src/router/table/route-table.js';
import { makeRandom } from '../../fuzz/random.js';
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

const up = { id: 'id-up', name: 'web.1', host: '10.0.0.2', port: 5000, address: 'id-up 10.0.0.2 5000' };

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
  const aTable = () => tableOf([anApp({ dynos: [aDyno('up')] }), anApp({ appId: 'b', name: 'other', dynos: [aDyno('starting')] })]);
  const appOf = (table: RouteTable, host: string) => table.byHost.get(host)?.appId;

  it('finds apps by host and by id', () => {
    const table = aTable();
    expect(table.byHost.get('demo.localhost')).toBe(table.byId.get('a'));
    expect(table.byHost.get('nobody.localhost')).toBeUndefined();
    expect(reachableDynos(table)).toEqual([up]);
  });

  it('replaces what is named, forgets what is gone, keeps the rest', () => {
    const table = aTable();
    changeApps(table, ['c'], [anApp({ appId: 'c', name: 'new' })]);
    expect([...table.byHost.keys()]).toEqual(['demo.localhost', 'other.localhost', 'new.localhost']);
    changeApps(table, ['a', 'b'], [anApp({ name: 'renamed', maintenance: true })]);
    expect([...table.byHost.keys()].toSorted()).toEqual(['new.localhost', 'renamed.localhost']);
    expect(table.byHost.get('renamed.localhost')!.decision).toEqual({ kind: 'refuse', code: 'H80' });
  });

  it('tells which dynos there were, and which there are', () => {
    const table = aTable();
    const second = aDyno('up', { id: 'second' });
    expect(changeApps(table, ['a'], [anApp({ dynos: [aDyno('up'), second] })])).toMatchObject({
      appIds: ['a'],
      before: [up],
      now: [up, { id: 'second' }],
    });
    expect(changeApps(table, ['a', 'nobody'], [])).toMatchObject({ before: [up, { id: 'second' }], now: [] });
  });

  it('leads every host of an app to it, wherever it lies, and none that it has lost', () => {
    const table = aTable();
    changeApps(table, ['a'], [anApp({ hosts: ['demo.localhost', 'www.example.org'], dynos: [aDyno('up')] })]);
    expect(table.byHost.get('www.example.org')).toBe(table.byHost.get('demo.localhost'));
    expect(reachableDynos(table)).toEqual([up]);
    changeApps(table, ['a'], [anApp()]);
    expect(table.byHost.has('www.example.org')).toBe(false);
  });

  it('a name that moved to another app is the new one, whichever is read first', () => {
    const apps = [anApp({ appId: 'b', name: 'demo' }), anApp({ appId: 'a', name: 'old-demo' })];
    for (const order of [['a', 'b'], ['b', 'a'], [['a', 'b']], [['b', 'a']]]) {
      const table = aTable();
      for (const ids of order)
        changeApps(
          table,
          [ids].flat(),
          apps.filter(({ appId }) => [ids].flat().includes(appId)),
        );
      expect([appOf(table, 'demo.localhost'), appOf(table, 'old-demo.localhost'), appOf(table, 'other.localhost')]).toEqual([
        'b',
        'a',
        undefined,
      ]);
      expect(table.others.size).toBe(0);
    }
  });

  it('a name that two have goes to the other when one lets go of it', () => {
    const table = aTable();
    const withName = (appId: string) => anApp({ appId, name: appId, hosts: [`${appId}.localhost`, '*.example.org'] });
    for (const id of ['c', 'd', 'e']) changeApps(table, [id], [withName(id)]);
    expect(appOf(table, '*.example.org')).toBe('e');
    changeApps(table, ['c', 'e'], []);
    expect([appOf(table, '*.example.org'), table.wildcards, table.others.size]).toEqual(['d', 1, 0]);
    changeApps(table, ['d'], []);
    expect([appOf(table, '*.example.org'), table.wildcards]).toEqual([undefined, 0]);
    // One that the platform gave: whoever added it stays behind it.
    changeApps(table, ['c'], [anApp({ appId: 'c', name: 'c', hosts: ['c.localhost', 'demo.localhost'] })]);
    expect(appOf(table, 'demo.localhost')).toBe('a');
    changeApps(table, ['a'], []);
    expect(appOf(table, 'demo.localhost')).toBe('c');
  });

  it('after any changes is the one that is made of the same apps at once', () => {
    const random = makeRandom(7);
    const names = Array.from({ length: 6 }, (_, n) => `n${n}.localhost`);
    const apps = new Map<string, AppRoute>();
    const table = tableOf([]);
    for (let step = 0; step < 1_000; step += 1) {
      const appId = `app-${random.below(4)}`;
      const hosts = [`${appId}.localhost`, ...names.filter(() => random.chance(0.3))];
      if (random.chance(0.2)) apps.delete(appId);
      else apps.set(appId, anApp({ appId, name: appId, hosts: random.chance(0.3) ? [...hosts, '*.example.org'] : hosts }));
      changeApps(table, [appId], apps.has(appId) ? [apps.get(appId)!] : []);
      const facts = (of: RouteTable) => [...[...of.byHost.keys()].toSorted(), of.wildcards, of.byId.size, of.others.size].join(' ');
      const strays = [...table.byHost].filter(([host, route]) => !apps.get(route.appId)?.hosts.includes(host));
      if (facts(table) !== facts(tableOf([...apps.values()])) || strays.length > 0)
        throw new Error(`step ${step}: ${facts(table)} ${strays}`);
    }
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

/** Counts what is asked of it by key, and lets nobody go through all of it. */
class Counted<V> extends Map<string, V> {
  asked = 0;
  override get(key: string): V | undefined {
    this.asked += 1;
    return super.get(key);
  }
  override set(key: string, value: V): this {
    this.asked += 1;
    return super.set(key, value);
  }
  override delete(key: string): boolean {
    this.asked += 1;
    return super.delete(key);
  }
  override has(key: string): boolean {
    this.asked += 1;
    return super.has(key);
  }
  override [Symbol.iterator](): never {
    throw new Error('goes through all');
  }
  override entries = (): never => this[Symbol.iterator]();
  override keys = (): never => this[Symbol.iterator]();
  override values = (): never => this[Symbol.iterator]();
  override forEach = (): never => this[Symbol.iterator]();
}

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

  it('cost a change of one app no more than its own ten do', () => {
    const table = { ...tableOf([]), byId: new Counted<Route>(), byHost: new Counted<Route>(), others: new Counted<Set<string>>() };
    changeApps(table, [], apps);
    const before = table.byId.asked + table.byHost.asked + table.others.asked;
    changeApps(table, ['app-7'], [apps[7]!]);
    expect(table.byId.asked + table.byHost.asked + table.others.asked - before).toBeLessThan(100);
    expect([table.byHost.size, table.wildcards]).toEqual([10_000, 1_000]);
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
