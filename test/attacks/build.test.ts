// Somebody whose buildpack writes the result of the build itself, in place of the platform's script. Since that is out of their
// reach (build-keeper.test.ts), the builds here are kept by a bash that may be read: what would hold if a kernel let them in.
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine, type TestEngine } from '../support/engine.js';
import { ofHome } from '../../src/docker/labels.js';
import { listReleases } from '../../src/store/app/releases.js';
import { startWorld, type Pushed, type World } from '../integration/builder/world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ engine: engineOfOpenBuilds(), buildDiskMb: 256, slugLimitMb: 5 });
});

afterAll(() => world?.stop());

/** The engine, but for the program that keeps builds. */
function engineOfOpenBuilds(): TestEngine {
  const engine = testEngine();
  const create = engine.createContainer.bind(engine);
  const isKeeper = (Cmd?: string[]) => Cmd?.[0] === '/slipway/buildpacks/lib/build.sh';
  engine.createContainer = (o: Docker.ContainerCreateOptions) => create(isKeeper(o.Cmd) ? { ...o, Cmd: ['/bin/bash', ...o.Cmd!] } : o);
  return engine;
}

/** Sends a tar that is on stdin as the slug, and says that the build is done. */
const AS_SLUG =
  `{ echo "blob slug"; gzip -1 | perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\\n", length $b; print $b } ` +
  `print "0\\n"'; echo done; } >&3`;
const TAR = 'tar -c --numeric-owner --owner=20000 --group=20000 -C /tmp/f';

/** Pushes an app whose buildpack says this in the result's stream. */
async function attack(compile: string): Promise<Pushed> {
  const app = await world.newApp();
  const pack = await world.packTarball({
    'bin/detect': '#!/bin/bash\necho Bad\n',
    'bin/compile': `#!/bin/bash\nexec 3>/proc/$PPID/fd/3\nmkdir -p /tmp/f/app\n${compile}\n`,
  });
  const pushed = await world.push(app, { Procfile: 'web: x\n' }, { buildpacks: [pack] });
  expect(pushed.build).toMatchObject({ status: 'failed', slugId: null, releaseId: null });
  expect(await listReleases(world.ctx.store, app.id)).toHaveLength(2);
  return pushed;
}

describe('a layer that the engine would read in another way than the platform', () => {
  const NOT_FINISHED = / !     The platform could not finish this build/;

  it.each<[string, string]>([
    [
      'a file of /etc by the name of a sparse file',
      `python3 - <<'END' | ${AS_SLUG}
import io, sys, tarfile
out = io.BytesIO()
with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as tar:
    entry = tarfile.TarInfo('app/innocent')
    entry.uid = entry.gid = 20000
    entry.size = 4
    entry.pax_headers = {'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'etc/evil', 'GNU.sparse.realsize': '1500000000'}
    tar.addfile(entry, io.BytesIO(b'0\\n\\n\\n'))
sys.stdout.buffer.write(out.getvalue())
END`,
    ],
    ['sparse files of the old kind', `truncate -s 200M /tmp/f/app/big; ${TAR} --format=gnu --sparse app | ${AS_SLUG}`],
    ['extended headers', `echo x >/tmp/f/app/x; ${TAR} --format=posix app | ${AS_SLUG}`],
    ['a second archive behind the first', `echo x >/tmp/f/app/x; { ${TAR} --format=gnu app; ${TAR} --format=gnu app; } | ${AS_SLUG}`],
    ['a pipe', `mkfifo /tmp/f/app/x; ${TAR} --format=gnu app | ${AS_SLUG}`],
    ['a file of /etc', `mkdir /tmp/f/etc; echo x >/tmp/f/etc/x; ${TAR} --format=gnu etc | ${AS_SLUG}`],
    ['what is no archive', `echo hello | ${AS_SLUG}`],
  ])('%s', async (_, compile) => {
    expect((await attack(compile)).output).toMatch(NOT_FINISHED);
  });

  it('a few kB that would fill the disk of whoever unpacks them', async () => {
    const { output } = await attack(`python3 - <<'END' | ${AS_SLUG}
import sys, tarfile
entry = tarfile.TarInfo('app/zeros')
entry.uid = entry.gid = 20000
entry.size = 900_000_000
sys.stdout.buffer.write(entry.tobuf(tarfile.GNU_FORMAT))
for _ in range(900):
    sys.stdout.buffer.write(bytes(1_000_000))
sys.stdout.buffer.write(bytes(10240))
END`);
    expect(output).toContain(' !     The slug is too large: unpacked, it holds more than 512 MB.');
  });
});

describe('a build that says more of itself than a build does', () => {
  const say = (key: string, bytes: number, times: number) =>
    `perl -e 'for (1..${times}) { print "${key} ${bytes}\\n", "x" x ${bytes}, "\\n" }' >&3`;

  it('40 MB of reports', async () => {
    const { output, build } = await attack(`${say('report', 200_000, 200)}; sleep 60`);
    expect(output).toContain(' !     The buildpacks report more than 64 kB (bin/report).');
    expect(JSON.stringify(build).length).toBeLessThan(10_000);
  });

  it('thousands of fields', async () => {
    expect((await attack(`${say('base', 10, 5_000)}; sleep 60`)).output).toMatch(/The platform could not finish this build/);
  });

  it('buildpacks named by the app, again and again', async () => {
    expect((await attack(`${say('wanted', 12, 20)}; sleep 60`)).output).toMatch(
      /The platform could not finish this build|names no buildpack|\.buildpacks/,
    );
  });

  it('fourteen runtimes asked for at once are installed one after the other', async () => {
    let most = 0;
    const filters = { filters: ofHome(world.homeId, 'slipway.build=runtime') };
    const counting = setInterval(
      () =>
        void world.engine
          .listContainers(filters)
          .then((found) => (most = Math.max(most, found.length)))
          .catch(() => undefined),
      50,
    );
    const asked = Array.from({ length: 14 }, (_, index) => `request 19\\nheaders node 1.0.${String(index).padStart(2, '0')}\\n`);
    await attack(`printf '${asked.join('')}' >&3; sleep 8; exit 1`);
    clearInterval(counting);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2);
  });
});
