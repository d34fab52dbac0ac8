// Holds the room table: which folder of src may import which, and that Procfile lines are the started rooms.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waysOut } from '../support/ways-out.js';
import { openEngine } from '../../src/docker/engine.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

/** Room → rooms it may import. */
const MAY_IMPORT = {
  lib: [],
  model: ['lib'],
  store: ['model', 'lib'],
  queue: ['model', 'lib'],
  bus: ['model', 'lib'],
  docker: ['model', 'lib'],
  outbound: ['model', 'lib'],
  actions: ['model', 'store', 'queue', 'bus', 'lib'],
  web: ['git', 'api', 'hook', 'dashboard', 'chores', 'actions', 'queue', 'store', 'bus', 'model', 'lib'],
  chores: ['actions', 'queue', 'store', 'bus', 'outbound', 'model', 'lib'],
  git: ['actions', 'store', 'bus', 'model', 'lib'],
  api: ['actions', 'store', 'queue', 'bus', 'model', 'lib'],
  builder: ['actions', 'store', 'queue', 'bus', 'docker', 'outbound', 'model', 'lib'],
  dynos: ['actions', 'store', 'queue', 'bus', 'docker', 'model', 'lib'],
  logplex: ['store', 'bus', 'outbound', 'model', 'lib'],
  router: ['store', 'bus', 'model', 'lib'],
  providers: ['store', 'bus', 'docker', 'outbound', 'model', 'lib'],
  hook: ['model', 'lib'],
  cli: ['model', 'lib'],
  dashboard: ['model', 'lib'],
  start: ['docker', 'store', 'model', 'lib'],
} as const satisfies Record<string, readonly string[]>;

type Room = keyof typeof MAY_IMPORT;

/** Packages that only one room may know. */
const PACKAGE_ROOMS: Record<string, Room[]> = {
  bullmq: ['queue'],
  dockerode: ['docker'],
  ioredis: ['bus'],
  kysely: ['store'],
  pg: ['store', 'start'],
  'node-git-server': ['git'],
  'isomorphic-git': ['git'],
  undici: ['outbound'],
  commander: ['cli'],
  'acme-client': ['outbound'],
  '@node-rs/argon2': ['actions'],
  otpauth: ['actions'],
  uqr: ['cli'],
};

/** Started with the Procfile (●), and by someone else (○). */
const PROCFILE_ROOMS = ['web', 'builder', 'dynos', 'logplex', 'router', 'providers'];
const OTHER_STARTED_ROOMS = ['cli', 'start'];

/** Rooms that exist to open connections: out of the platform, to dynos, and to a platform from elsewhere. */
const CLIENT_ROOMS: Room[] = ['outbound', 'router', 'cli'];

/** What else opens connections, and where they lead: to the platform's own parts, or to where the machine is set up from. */
const INSIDE: Record<string, { by: string[]; to: string }> = {
  'src/builder/result/upload.ts': { by: ['node:http request', 'node:https request', 'fetch or the like'], to: "web's blobs" },
  'src/docker/network/firewall.ts': { by: ['node:dns/promises lookup'], to: 'the addresses of hosts that the operator allows' },
  'src/dynos/engine/answering.ts': { by: ['node:http request'], to: 'a dyno' },
  'src/dynos/engine/listening.ts': { by: ['node:net connect'], to: 'a dyno' },
  'src/dynos/engine/slug-source.ts': { by: ['fetch or the like'], to: "web's blobs" },
  'src/dynos/one-off/rendezvous/listen.ts': { by: ['node:tls TLSSocket'], to: 'a client that has come: TLS over its socket' },
  'src/hook/api.ts': { by: ['node:http Agent', 'node:http request'], to: 'run/hook.sock' },
  'src/hook/listen.ts': { by: ['node:net Socket'], to: "a hook's pipe" },
  'src/providers/port/data-port.ts': {
    by: ['node:net connect', 'node:tls TLSSocket'],
    to: 'an add-on of ours; TLS over a socket of who has come',
  },
  'src/start/demo/api-client.ts': { by: ['fetch or the like'], to: 'web' },
  'src/start/demo/demo.ts': { by: ['node:http request'], to: 'the router' },
  'src/start/demo/push-example.ts': { by: ['git push'], to: 'the git door' },
  'src/start/development/audit-packages.ts': { by: ['npm'], to: 'the registry of our packages' },
  'src/start/engine/stuck-engine.ts': { by: ['node:http request'], to: 'the engine' },
  'src/start/machine/install.ts': { by: ['apt-get'], to: "the distribution's packages" },
  'src/start/predecessor.ts': { by: ['node:net connect'], to: 'the foreman before it' },
  'src/start/ready.ts': { by: ['node:http get'], to: 'web' },
  'src/start/stack/fetch-node.ts': { by: ['npm'], to: 'the registry, for what the recipe names by digest' },
  'src/start/stores/check-stores.ts': { by: ['node:net connect', 'node:tls connect'], to: 'the stores' },
  'src/start/stores/embedded-redis.ts': { by: ['node:net connect'], to: 'the stores' },
  'src/start/stores/unpack-packages.ts': { by: ['apt-get'], to: "the distribution's packages" },
  'src/web/ask-provider.ts': { by: ['node:http request'], to: 'run/providers.sock' },
  'src/web/listen.ts': { by: ['node:net connect'], to: 'run/hook.sock' },
  'src/web/proxy-logs.ts': { by: ['node:http request'], to: 'logplex' },
};

const files = sourceFiles(SRC);

describe('the room table', () => {
  it('names every folder of src', () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory() && sourceFiles(join(SRC, name)).length > 0);
    expect(folders.filter((name) => !(name in MAY_IMPORT))).toEqual([]);
  });

  it('holds for every import', () => {
    const wrong = files.flatMap((file) =>
      imports(file)
        .filter((target) => !isAllowed(file, target))
        .map((target) => `${name(file)} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('gives config.ts to main.ts files only; others may know its type', () => {
    const reads = (file: string) => /(?:^|\n)import (?!type\b)[^;]*['"](?:\.\.\/)+config\.js['"]/.test(readFileSync(file, 'utf8'));
    const wrong = files.filter((file) => !file.endsWith('/main.ts') && reads(file));
    expect(wrong.map(name)).toEqual([]);
  });
});

describe('the only way out', () => {
  const others = files.filter((file) => !(CLIENT_ROOMS as string[]).includes(roomOf(file)));

  it('is outbound: what opens connections elsewhere stays inside, and is named', () => {
    const found = others.map((file) => [name(file), waysOut(readFileSync(file, 'utf8'))] as const).filter(([, ways]) => ways.length > 0);
    const named = Object.entries(INSIDE).map(([file, { by }]) => [file, by] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(named));
  });
});

describe('imports', () => {
  it('go in no circle, types included', () => {
    expect(circles(new Map(files.map((file) => [file, relativeImports(file)])))).toEqual([]);
  });
});

describe('a Docker engine', () => {
  it('is called in docker only: everybody else may pass it on', () => {
    const engine = openEngine({ dockerHost: 'tcp://127.0.0.1:1' });
    // @ts-expect-error It has no calls: this doesn't compile, and so does no other of them.
    expect(engine.listContainers).toBeTypeOf('function');
    const wrong = files.filter((file) => roomOf(file) !== 'docker' && /\bdockerOf\b/.test(readFileSync(file, 'utf8')));
    expect(wrong.map(name)).toEqual([]);
  });
});

describe('the dyno manager', () => {
  it('knows the driver only: what runs containers, reads their logs, or holds their streams, is in folders of its own', () => {
    const knowing = /^src\/dynos\/(engine\/|one-off\/|output\/|main\.ts$)/;
    const manager = files.filter((file) => roomOf(file) === 'dynos' && !knowing.test(name(file)));
    const wrong = manager.filter((file) =>
      relativeImports(file).some((target) => roomOf(target) === 'docker' || knowing.test(name(target))),
    );
    expect(wrong.map(name)).toEqual([]);
  });
});

describe('folders', () => {
  it('hold 16 files of their own at most, but for migrations, which are kept for ever', () => {
    const own = (folder: string) => files.filter((file) => dirname(file) === folder).length;
    const large = [...new Set(files.map((file) => dirname(file)))].filter((folder) => own(folder) > 16);
    expect(large.map(name).filter((folder) => folder !== 'src/store/migrations')).toEqual([]);
  });
});

describe('started rooms', () => {
  it('have a main.ts, and only they', () => {
    const withMain = files.filter((file) => file.endsWith('/main.ts')).map((file) => roomOf(file));
    expect(withMain.sort()).toEqual([...PROCFILE_ROOMS, ...OTHER_STARTED_ROOMS].sort());
  });

  it('are the lines of the Procfile', () => {
    const lines = readFileSync(join(ROOT, 'Procfile'), 'utf8').trim().split('\n');
    expect(lines.map((line) => line.replace(/ --\S+/g, ''))).toEqual(
      PROCFILE_ROOMS.map((room) => `${room}: node dist/src/${room}/main.js`),
    );
  });
});

describe('files', () => {
  it('stay below 400 lines', () => {
    const long = files
      .map((file) => `${name(file)} ${readFileSync(file, 'utf8').split('\n').length}`)
      .filter((row) => Number(row.split(' ')[1]) > 400);
    expect(long).toEqual([]);
  });

  it('have no line of more than 140 characters', () => {
    const wide = files.flatMap((file) => widths(file).flatMap((width, index) => (width > 140 ? `${name(file)}:${index + 1}` : [])));
    expect(wide).toEqual([]);
  });

  it('export nothing by default', () => {
    const wrong = files.filter((file) => /^export default/m.test(readFileSync(file, 'utf8')));
    expect(wrong.map(name)).toEqual([]);
  });
});

function isAllowed(file: string, target: string): boolean {
  const room = roomOf(file);
  if (!target.startsWith('.')) {
    const owners =
      PACKAGE_ROOMS[
        target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/')
      ];
    return !owners || room === '' || (owners as string[]).includes(room);
  }
  const other = roomOf(resolveImport(file, target));
  if (room === '' || other === '' || other === room) return true;
  return (MAY_IMPORT[room as Room] as readonly string[]).includes(other);
}

function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function widths(file: string): number[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.length);
}

function relativeImports(file: string): string[] {
  return imports(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => resolveImport(file, target));
}

/** Files that can be reached from themselves: each circle once, as `a → b → a`. */
function circles(graph: Map<string, string[]>): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].map(name).join(' → '));
    if (at >= 0 || seen.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    seen.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

function resolveImport(file: string, target: string): string {
  return resolve(dirname(file), target).replace(/\.js$/, '.ts');
}

function roomOf(file: string): string {
  const parts = relative(SRC, file).split('/');
  return parts.length > 1 ? parts[0]! : '';
}

function name(file: string): string {
  return relative(ROOT, file);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
