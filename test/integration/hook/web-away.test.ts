// The platform goes away in the middle of a push.
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git, openWeb } from './open-web.js';

test('a push ends when web stops, and leaves nothing that runs', async () => {
  const web = await openWeb();
  const app = await web.anApp('cut-off');
  const dir = join(web.dir, 'tree');
  await mkdir(dir);
  await git(dir, 'init', '-q', '-b', 'main');
  await writeFile(join(dir, 'index.html'), 'hello');
  await git(dir, 'add', '-A');
  await git(dir, 'commit', '-q', '-m', 'First');
  const pushing = git(dir, 'push', web.remote('cut-off'), 'main');
  await web.takeBuild(app);
  const began = performance.now();
  await web.web.stop();
  const push = await pushing;
  expect(push.code).not.toBe(0);
  expect(push.output).toMatch(/hung up|disconnect|early EOF|RPC failed/);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await readdir(join(web.dir, 'run/pushes'))).toEqual([]);
  await expect.poll(hooksOf(app.id)).toBe(0);
  await web.stop();
}, 60_000);

/** How many processes work in the app's repository. */
function hooksOf(appId: string): () => Promise<number> {
  return async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const places = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
    return places.filter((place) => place.includes(appId)).length;
  };
}
