// A push of 200 MB that no build follows, against plain git http-backend; and what it does to web's memory.
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compare, time, type Bench, type Result } from './support/bench.js';
import { servePlainGit } from './support/plain-git.js';
import { watchMemory } from './support/watch-memory.js';
import { makeWorkTree } from './support/work-tree.js';

const ROUNDS = 3;
const FILES = 20;
const FILE_BYTES = 10_000_000;
/** What counts as flat: buffers of a stream, not the pack. */
const FLAT_MIB = 50;

export const largePush: Bench = {
  name: 'large-push',
  about: 'A push of 200 MB to a branch that is not deployed',
  async run(platform, note) {
    const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-git-'));
    const git = await servePlainGit(dir);
    const tree = await makeWorkTree();
    for (let n = 0; n < FILES; n += 1) await writeRandom(join(tree.dir, `${n}.bin`));
    await tree.commit('large');
    const floor: number[] = [];
    const ours: number[] = [];
    const grown: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const name = `bench-large-${round}`;
      const url = git.create(name);
      floor.push(await time(() => tree.push(url, { branch: 'large' })));
      await platform.api('POST', '/apps', { name });
      const watched = watchMemory(platform.pid('web'));
      ours.push(await time(() => tree.push(`${platform.gitUrl}/${name}.git`, { branch: 'large', token: platform.token })));
      grown.push(watched.stop());
      await platform.api('DELETE', `/apps/${name}`);
      note(
        `round ${round}: ${Math.round(floor.at(-1) ?? 0)} ms by http-backend, ${Math.round(ours.at(-1) ?? 0)} ms by ` +
          `Slipway; web grew by ${Math.round(grown.at(-1) ?? 0)} MiB`,
      );
      rmSync(git.path(name), { recursive: true });
    }
    git.stop();
    tree.remove();
    rmSync(dir, { recursive: true, force: true });
    return [compare('push of 200 MB', floor, ours, 1.1), memory(Math.max(...grown))];
  },
};

function memory(mib: number): Result {
  return {
    what: 'its growth of web',
    floor: `${FLAT_MIB} MiB`,
    ours: `${Math.round(mib)} MiB`,
    ratio: mib / FLAT_MIB,
    target: { most: 1 },
  };
}

async function writeRandom(file: string): Promise<void> {
  await pipeline(Readable.from([randomBytes(FILE_BYTES)]), createWriteStream(file));
}
