// `npm test` and `npm run bench`: what they need is brought there first, as for `npm start`.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { auditPackages } from './audit-packages.js';
import type { CommandInput } from '../command.js';
import { ensureEngine } from '../engine/docker-engine.js';
import { preflight } from '../preflight.js';
import { openProgress } from '../screen/progress.js';
import { stackPrograms } from '../stack/ensure-stack.js';
import { prepareStacks, recipesOf } from '../stack/prepare-stacks.js';
import { ensureRedis } from '../stores/stores.js';

const CODE = ['src', 'test', 'bench'];

/**
 * Lint and form, then known vulnerabilities, then unit, integration and end-to-end tests; the type check was the compiler's, before us. A
 * vulnerability is told and fails nothing: what becomes known overnight is no fault of the commit that is tested.
 */
export async function runTests(input: CommandInput): Promise<number> {
  const env = onlyUnitTests(input.args) ? {} : await prepareMachine(input);
  if (input.args.length > 0) return inherit(input.root, 'vitest', ['run', ...input.args], env);
  const lint = await inherit(input.root, 'oxlint', ['--deny-warnings', ...CODE], env);
  const form = await inherit(input.root, 'oxfmt', ['--check', ...CODE], env);
  await auditPackages({ root: input.root, say: (text) => void process.stdout.write(text), now: new Date() });
  const tests = await inherit(input.root, 'vitest', ['run'], env);
  return lint || form || tests;
}

/** Whether these are paths of unit tests only, which need no engine and no stores. */
function onlyUnitTests(args: string[]): boolean {
  const paths = args.filter((arg) => /^(?:\.\/)?test\//.test(arg));
  return paths.length > 0 && paths.every((path) => /^(?:\.\/)?test\/unit\b/.test(path));
}

/** What `npm test` does on a small scale, on the one that was seen to be too much. */
const STRESS = [
  'test/integration/docker/many-at-once.test.ts',
  'test/integration/dynos/leftovers.test.ts',
  'test/e2e/chaos.test.ts',
  'test/long',
];
const STRESS_SCALE = {
  SLIPWAY_TEST_LONG: 'yes',
  SLIPWAY_TEST_CONTAINERS: '700',
  SLIPWAY_TEST_STEPS: '16,32,64,128,256',
  SLIPWAY_TEST_LEFTOVERS: '700',
  SLIPWAY_TEST_MOMENTS: '50',
};

/**
 * The fuzz with a hundred times as many inputs, other ones each time (SLIPWAY_FUZZ_SEED names those of a run before), then the stress,
 * and real hosts.
 */
export async function runLongTests(input: CommandInput): Promise<number> {
  const fuzz = await runLongFuzz(input);
  const env = { ...(await prepareMachine(input)), ...STRESS_SCALE };
  const stress = await inherit(input.root, 'vitest', ['run', '--no-file-parallelism', ...STRESS, ...input.args], env);
  return fuzz || stress;
}

function runLongFuzz({ root, args }: CommandInput): Promise<number> {
  const { SLIPWAY_FUZZ_INPUTS = '200000', SLIPWAY_FUZZ_SEED = String(randomInt(2, 1_000_000)) } = process.env;
  process.stdout.write(`-----> Fuzz of ${SLIPWAY_FUZZ_INPUTS} inputs a parser, with SLIPWAY_FUZZ_SEED=${SLIPWAY_FUZZ_SEED}\n`);
  const paths = ['test/unit/fuzz', 'test/integration/api/fuzz.test.ts'];
  return inherit(root, 'vitest', ['run', ...paths, ...args], { SLIPWAY_FUZZ_INPUTS, SLIPWAY_FUZZ_SEED });
}

/** The benchmarks, with the arguments given. */
export async function bench(input: CommandInput): Promise<number> {
  const main = join(input.root, 'dist/bench/main.js');
  if (!existsSync(main)) throw new Error('There are no benchmarks in this version.');
  return inherit(input.root, process.execPath, [main, ...input.args], await prepareMachine(input));
}

async function prepareMachine({ config, root }: CommandInput): Promise<Record<string, string>> {
  const progress = openProgress();
  preflight();
  const { mayInstall, dockerHost } = config;
  await ensureRedis({ mayInstall, cacheDir: resolve(root, 'node_modules/.cache/slipway'), progress });
  const { engine } = await ensureEngine({ dockerHost, mayInstall, progress, alsoWanted: stackPrograms(config.stackImage) });
  const [stack = ''] = config.stacks;
  const { images } = await prepareStacks(
    { engine, progress, mayInstall, given: config.stackImage, archiveDir: join(config.home, 'stack') },
    [stack],
  );
  // Platforms of tests have this one stack, besides any that needs no images, and make no other unless a test asks for it.
  const stacks = config.stacks.filter((name) => name === stack || recipesOf([name]).length === 0);
  return { SLIPWAY_STACKS: stacks.join(','), SLIPWAY_RUN_IMAGE: images[stack]?.run ?? '', SLIPWAY_BUILD_IMAGE: images[stack]?.build ?? '' };
}

function inherit(root: string, command: string, args: string[], env: Record<string, string>): Promise<number> {
  const program = command.includes('/') ? command : join(root, 'node_modules/.bin', command);
  return new Promise((resolveStatus, reject) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    // Ctrl-C reaches it by itself; we wait for its end.
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void child.kill(name));
    child.on('error', reject);
    child.on('exit', (code) => resolveStatus(code ?? 1));
  });
}
