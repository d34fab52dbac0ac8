// From `git push` to the first 200, against the same by hand: an express app of 65 packages, first and code only.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openEngine } from '../src/docker/engine.js';
import type { Platform } from '../test/support/platform.js';
import { compare, time, type Bench } from './support/bench.js';
import { makePlainApp } from './support/plain-deploy.js';
import { servePlainGit } from './support/plain-git.js';
import { untilAnswers } from './support/until-answers.js';
import { makeWorkTree, type WorkTree } from './support/work-tree.js';

const ROUNDS = 5;
const SOURCE = resolve('bench/fixtures/express');

interface App {
  deploy(version: string, o: { install: boolean }): Promise<void>;
  remove(): Promise<void>;
}

/** Medians of interleaved rounds; each round is a new app on both sides. */
export const push: Bench = {
  name: 'push',
  about: 'An express app of 65 packages, from git push to the first 200',
  async run(platform, note) {
    const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-git-'));
    const git = await servePlainGit(dir);
    const engine = openEngine({ dockerHost: process.env['DOCKER_HOST'] ?? '' });
    const taken = { floor: { first: [] as number[], code: [] as number[] }, ours: { first: [] as number[], code: [] as number[] } };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const name = `bench-push-${round}`;
      const floor = await deployTwice(async (tree) => makePlainApp({ engine, git, name, tree }));
      const ours = await deployTwice((tree) => makeSlipwayApp(platform, name, tree));
      note(`round ${round}: first ${ms(floor.first)} by hand, ${ms(ours.first)} by Slipway; code only ${ms(floor.code)}, ${ms(ours.code)}`);
      if (round === 0) continue; // Warms up both: images, the runtime that all apps share.
      for (const kind of ['first', 'code'] as const) {
        taken.floor[kind].push(floor[kind]);
        taken.ours[kind].push(ours[kind]);
      }
    }
    git.stop();
    rmSync(dir, { recursive: true, force: true });
    return [
      compare('first deploy, 65 packages', taken.floor.first, taken.ours.first, 1.25),
      compare('code-only push', taken.floor.code, taken.ours.code, 1.5),
    ];
  },
};

async function deployTwice(make: (tree: WorkTree) => Promise<App>): Promise<{ first: number; code: number }> {
  const tree = await makeWorkTree(SOURCE);
  const app = await make(tree);
  await tree.commit('one');
  const first = await time(() => app.deploy('one', { install: true }));
  await tree.commit('two');
  const code = await time(() => app.deploy('two', { install: false }));
  await app.remove();
  tree.remove();
  return { first, code };
}

/** An app of the platform. A deploy ends when git has ended and the new version answers. */
async function makeSlipwayApp(platform: Platform, name: string, tree: WorkTree): Promise<App> {
  await platform.api('POST', '/apps', { name });
  const router = new URL(platform.routerUrl);
  const hostHeader = `${name}.${platform.domain}`;
  return {
    async deploy(version) {
      const pushed = tree.push(`${platform.gitUrl}/${name}.git`, { token: platform.token });
      await Promise.all([pushed, pushed.then(() => untilAnswers({ host: router.hostname, port: Number(router.port), hostHeader, version }))]);
    },
    async remove() {
      await platform.api('DELETE', `/apps/${name}`);
    },
  };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
