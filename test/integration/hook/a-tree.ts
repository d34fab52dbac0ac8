// A working tree of an app, with a remote that it is pushed to.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { App } from '../../../src/model/app.js';
import { git, type OpenWeb } from './open-web.js';

export interface Tree {
  app: App;
  dir: string;
  push: (...refs: string[]) => ReturnType<typeof git>;
  commit: (files: Record<string, string>, message: string) => Promise<string>;
  remoteRefs: () => Promise<string>;
}

export async function aTree(web: OpenWeb, name: string, files: Record<string, string> = { 'index.html': '<h1>hello</h1>' }): Promise<Tree> {
  const app = await web.anApp(name);
  const dir = join(web.dir, 'trees', name);
  await mkdir(dir, { recursive: true });
  await git(dir, 'init', '-q', '-b', 'main');
  const commit = async (more: Record<string, string>, message: string) => {
    for (const [file, text] of Object.entries(more)) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), text);
    }
    await git(dir, 'add', '-A');
    await git(dir, 'commit', '-q', '--allow-empty', '-m', message);
    return (await git(dir, 'rev-parse', 'HEAD')).output.trim();
  };
  await commit(files, 'First commit');
  return {
    app,
    dir,
    commit,
    push: (...refs) => git(dir, 'push', web.remote(name), ...refs),
    remoteRefs: async () => (await git(dir, 'ls-remote', web.remote(name))).output,
  };
}

/** A push of main that deploys. */
export async function deployed(web: OpenWeb, tree: Tree): Promise<void> {
  const push = tree.push('main');
  await web.finish(await web.succeed(await web.takeBuild(tree.app)), 'succeeded', 'up');
  expect((await push).code).toBe(0);
}
