// The floor of a deploy, by hand: push to plain git, `npm ci` in a container, create and start another, first 200.
// On the Node.js of the stack, which is what the apps ask for: both sides run the same npm.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEnv } from '../../src/builder/input/build-env.js';
import { caOptions, findCaBundle } from '../../src/docker/ca-bundle.js';
import type { TestEngine } from '../../test/support/engine.js';
import type { PlainGit } from './plain-git.js';
import { untilAnswers } from './until-answers.js';
import type { WorkTree } from './work-tree.js';

export interface PlainApp {
  /** Pushes and runs what is committed; `install` when there are no packages yet. */
  deploy(version: string, o: { install: boolean }): Promise<void>;
  remove(): Promise<void>;
}

const PORT = 5000;
const USER = '20000:20000';

export function makePlainApp(o: { engine: TestEngine; git: PlainGit; name: string; tree: WorkTree }): PlainApp {
  const url = o.git.create(o.name);
  const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-app-'));
  chmodSync(dir, 0o755);
  const containers: string[] = [];
  const ca = caOptions(findCaBundle());

  async function start(image: string, command: string[], env: Record<string, string>): Promise<string> {
    const container = await o.engine.createContainer({
      Image: image,
      Cmd: command,
      User: USER,
      WorkingDir: '/app',
      Env: Object.entries({ HOME: '/tmp', PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin', ...env }).map(
        ([key, value]) => `${key}=${value}`,
      ),
      HostConfig: { Binds: [`${dir}:/app`, ...ca.binds], Init: true },
    });
    containers.push(container.id);
    await container.start();
    return container.id;
  }

  async function install(): Promise<void> {
    execFileSync('chown', ['-R', USER, dir]);
    const env = { ...ca.env, ...buildEnv(process.env), NODE_ENV: 'production' };
    const id = await start(imageOf('SLIPWAY_BUILD_IMAGE'), ['npm', 'ci', '--no-audit', '--no-fund'], env);
    const { StatusCode } = (await o.engine.getContainer(id).wait()) as { StatusCode: number };
    if (StatusCode !== 0) throw new Error(`npm ci failed by hand, with status ${StatusCode}.`);
  }

  return {
    async deploy(version, { install: mustInstall }) {
      await o.tree.push(url);
      execFileSync('sh', ['-c', `git -C "$0" archive main | tar -x -C "$1"`, o.git.path(o.name), dir]);
      if (mustInstall) await install();
      const id = await start(imageOf('SLIPWAY_BUILD_IMAGE'), ['node', 'index.js'], { PORT: String(PORT) });
      const { NetworkSettings } = await o.engine.getContainer(id).inspect();
      const host = NetworkSettings.Networks['bridge']?.IPAddress ?? '';
      await untilAnswers({ host, port: PORT, hostHeader: o.name, version });
    },
    async remove() {
      await Promise.all(containers.map((id) => o.engine.getContainer(id).remove({ force: true })));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function imageOf(variable: string): string {
  const image = process.env[variable];
  if (!image) throw new Error(`${variable} isn't set: run the benchmarks with npm run bench.`);
  return image;
}
