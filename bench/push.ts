// From `git push` to the first 200, against the same by hand: an express app of 65 packages (first, code only, lockfile
// touched), and one that depends on nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testEngine } from '../test/support/engine.js';
import type { Platform } from '../test/support/platform.js';
import { compare, time, type Bench } from './support/bench.js';
import { makePlainApp } from './support/plain-deploy.js';
import { servePlainGit } from './support/plain-git.js';
import { untilAnswers } from './support/until-answers.js';
import { makeWorkTree, type WorkTree } from './support/work-tree.js';

const ROUNDS = 5;
/** Nobody creates an app and pushes, or pushes twice, in the same second. */
const BETWEEN_MS = 2_000;
const EXPRESS = resolve('bench/fixtures/express');
const PLAIN = resolve('bench/fixtures/plain');

/** What is measured, and what it should be at most. */
const CASES = {
  first: { what: 'first deploy, 65 packages', most: 1.15 },
  code: { what: 'code-only push, 65 packages', most: 1.25 },
  lockfile: { what: 'lockfile touched, same packages', most: 0.5 },
  plain: { what: 'code-only push, no packages', most: 1.35 },
} as const;
type Case = keyof typeof CASES;

interface App {
  deploy(version: string, o: { install: boolean }): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Medians of interleaved rounds; each round is a new app on both sides. Nothing is removed before all is measured: ext4
 * without a journal looks through the inodes that were freed in the last minutes whenever a file is made.
 */
export const push: Bench = {
  name: 'push',
  about: 'An express app of 65 packages, from git push to the first 200',
  async run(platform, note) {
    const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-git-'));
    const git = await servePlainGit(dir);
    const engine = testEngine();
    const cleanUp: (() => Promise<void>)[] = [];
    const taken = { floor: [] as Record<Case, number>[], ours: [] as Record<Case, number>[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const name = `bench-push-${round}`;
      const floor = await deployAll(cleanUp, (id, tree) => makePlainApp({ engine, git, name: `${name}-${id}`, tree }));
      const ours = await deployAll(cleanUp, (id, tree) => makeSlipwayApp(platform, `${name}-${id}`, tree));
      const cases = Object.keys(CASES) as Case[];
      note(`round ${round}, by hand and by Slipway: ${cases.map((each) => `${each} ${ms(floor[each])} ${ms(ours[each])}`).join(', ')}`);
      if (round === 0) continue; // Warms up both: images, the runtime that all apps share.
      taken.floor.push(floor);
      taken.ours.push(ours);
    }
    for (const remove of cleanUp) await remove();
    git.stop();
    rmSync(dir, { recursive: true, force: true });
    const of = (rounds: Record<Case, number>[], each: Case) => rounds.map((round) => round[each]);
    return (Object.keys(CASES) as Case[]).map((each) =>
      compare(CASES[each].what, of(taken.floor, each), of(taken.ours, each), CASES[each].most),
    );
  },
};

/** How an app of one side is made of what is in a work tree. */
type Make = (id: string, tree: WorkTree) => App | Promise<App>;

async function deployAll(cleanUp: (() => Promise<void>)[], make: Make): Promise<Record<Case, number>> {
  const tree = await makeWorkTree(EXPRESS);
  const app = await make('express', tree);
  cleanUp.push(app.remove, async () => tree.remove());
  await tree.commit('one');
  await sleep(BETWEEN_MS);
  const first = await time(() => app.deploy('one', { install: true }));
  await tree.commit('two');
  await sleep(BETWEEN_MS);
  const code = await time(() => app.deploy('two', { install: false }));
  touchLockfile(tree.dir);
  await tree.commit('three');
  await sleep(BETWEEN_MS);
  const lockfile = await time(() => app.deploy('three', { install: true }));
  return { first, code, lockfile, plain: await deployPlain(cleanUp, make) };
}

async function deployPlain(cleanUp: (() => Promise<void>)[], make: Make): Promise<number> {
  const tree = await makeWorkTree(PLAIN);
  const app = await make('plain', tree);
  cleanUp.push(app.remove, async () => tree.remove());
  await tree.commit('one');
  await app.deploy('one', { install: false });
  await tree.commit('two');
  await sleep(BETWEEN_MS);
  return time(() => app.deploy('two', { install: false }));
}

/** A new version of the app itself, as `npm version` makes it: other bytes, the same packages. */
function touchLockfile(dir: string): void {
  for (const file of ['package.json', 'package-lock.json'].map((name) => join(dir, name))) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/("name": "bench-express",\s+"version": )"1\.0\.0"/g, '$1"1.0.1"'));
  }
}

/** An app of the platform. A deploy ends when git has ended and the new version answers. */
async function makeSlipwayApp(platform: Platform, name: string, tree: WorkTree): Promise<App> {
  await platform.api('POST', '/apps', { name });
  const router = new URL(platform.routerUrl);
  const hostHeader = `${name}.${platform.domain}`;
  return {
    async deploy(version) {
      const pushed = tree.push(`${platform.gitUrl}/${name}.git`, { token: platform.token });
      await Promise.all([
        pushed,
        pushed.then(() => untilAnswers({ host: router.hostname, port: Number(router.port), hostHeader, version })),
      ]);
    },
    async remove() {
      await platform.api('DELETE', `/apps/${name}`);
    },
  };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
