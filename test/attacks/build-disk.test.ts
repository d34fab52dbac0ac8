// Somebody whose build writes more than it may, where nobody is thought to look.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOutput } from '../../src/bus/output.js';
import { cacheVolumeName } from '../../src/docker/build/build-volumes.js';
import { startWorld, type World } from '../integration/builder/world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ buildDiskMb: 256, buildCacheMb: 100, buildMemoryMb: 512 });
});

afterAll(() => world?.stop());

const FULL = ' !     Build filled its disk (256 MB). Let it write less, or raise SLIPWAY_BUILD_DISK.';
const WAIT = 'sleep 120';

/** A buildpack whose compile does this; `$2` is the cache. */
function packThat(compile: string): Promise<string> {
  return world.packTarball({
    'bin/detect': '#!/bin/bash\necho Bad\n',
    'bin/compile': `#!/bin/bash\nfill() { head -c "$1"000000 /dev/zero; }\n${compile}\n`,
  });
}

async function push(compile: string) {
  return world.push(await world.newApp(), { Procfile: 'web: x\n' }, { buildpacks: [await packThat(compile)] });
}

describe('what a build has written counts', () => {
  it.each<[string, string]>([
    [
      'in a directory that nobody may enter',
      `mkdir /tmp/closed; for i in 1 2 3 4 5 6; do fill 60 >/tmp/closed/$i; done; chmod 0 /tmp/closed; ${WAIT}`,
    ],
    [
      'in files that are open and have no name',
      `for i in 11 12 13 14 15 16; do eval "exec $i>/tmp/nameless"; rm /tmp/nameless; fill 60 >&$i; done; ${WAIT}`,
    ],
    [
      'in such files of a process that hides itself',
      `perl -e 'syscall(157, 4, 0, 0, 0, 0); for (1 .. 6) { open my $f, ">", "/tmp/x"; unlink "/tmp/x"; print $f "x" x ` +
        `60e6; $f->flush; push @f, $f } sleep 120'`,
    ],
    [
      'in a file that is only mapped',
      `python3 -c '
import mmap, os, time
kept = []
for _ in range(6):
    with open("/tmp/mapped", "w+b") as f:
        f.write(b"x" * 60_000_000); f.flush(); os.unlink("/tmp/mapped")
        kept.append(mmap.mmap(os.dup(f.fileno()), 60_000_000))
time.sleep(120)'`,
    ],
    ['in its home', `for i in 1 2 3 4 5 6; do fill 60 >/app/$i; done; ${WAIT}`],
    [
      'while it has every process that it may',
      `for i in 1 2 3 4 5 6; do fill 60 >/tmp/$i; done; perl -e 'while (1) { defined(my $pid = fork) or sleep 120; ` +
        `$pid or sleep 120 }' 2>/dev/null; ${WAIT}`,
    ],
  ])('%s', async (_, compile) => {
    expect((await push(compile)).output).toContain(FULL);
  });

  it('and nothing but that and a little memory can be written', async () => {
    const { output } = await push(
      `find / -xdev -type d -writable 2>/dev/null; for d in /run/lock /var/lib/php/sessions; do touch $d/x 2>&1; done; ` +
        `fill 70 >/var/tmp/x; stat -c '%s bytes' /var/tmp/x; rm /var/tmp/x; exit 1`,
    );
    expect(output).toContain("touch: cannot touch '/run/lock/x': Read-only file system");
    expect(output).toContain("touch: cannot touch '/var/lib/php/sessions/x': Read-only file system");
    expect(output).toContain('67108864 bytes');
    expect((output.match(/^\/\S*$/gm) ?? []).sort()).toEqual(['/app', '/run/slipway', '/tmp', '/var/tmp']);
  });
});

describe('what a build leaves in the cache', () => {
  it('goes when it is too much, also from a directory that nobody may enter', async () => {
    const app = await world.newApp();
    const first = await world.push(
      app,
      { Procfile: 'web: x\n' },
      { buildpacks: [await packThat('mkdir -p "$2/closed/in"; fill 150 >"$2/closed/in/x"; chmod 0 "$2/closed/in" "$2/closed"')] },
    );
    expect(first.build.status).toBe('succeeded');
    const second = await world.push(app, { Procfile: 'web: x\n' }, { buildpacks: [await packThat('ls "$2" | wc -l')] });
    expect(second.output).toMatch(/The build cache had grown to 1\d\d MB \(max is 100 MB\) and was cleared\.\n(.*\n)*0\n/);
  });

  it('is swept when the builder was stopped, so that nothing was tidied up', async () => {
    const app = await world.newApp();
    const compile = 'mkdir /tmp/cache/closed; fill 150 >/tmp/cache/closed/x; chmod 0 /tmp/cache/closed; echo filled; sleep 120';
    const { id } = await world.begin(app, { Procfile: 'web: x\n' }, { buildpacks: [await packThat(compile)] });
    const said = async () => (await readOutput(world.ctx.bus, id)).chunks.map(({ text }) => text).join('');
    await expect.poll(said, { timeout: 40_000, interval: 100 }).toContain('filled');
    await world.halt();
    const hasCache = () =>
      world.engine
        .getVolume(cacheVolumeName(world.homeId, app.id))
        .inspect()
        .then(
          () => true,
          () => false,
        );
    expect(await hasCache()).toBe(true);
    await world.restart();
    await expect.poll(hasCache, { timeout: 40_000, interval: 200 }).toBe(false);
  });
});
