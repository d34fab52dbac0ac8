// From a `git push` to a real Gitea to the app's new answer, and the green mark at the commit.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { startGitea, type Gitea } from '../support/gitea.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';

const SERVER =
  "const read = (file) => require('node:fs').readFileSync(file, 'utf8').trim();\n" +
  "const said = () => read('said.txt') + ' ' + read('vendor/lib/lib.txt');\n" +
  "require('node:http').createServer((_, answer) => answer.end(said())).listen(process.env.PORT);\n";
const PACKAGE = JSON.stringify({ name: 'one', version: '1.0.0', private: true, scripts: { start: 'node index.js' } });
const MINUTES_20_MS = 1_200_000;

let gitea: Gitea;
let platform: Platform;
let shell: Shell;

beforeAll(async () => {
  gitea = await startGitea();
  platform = await startPlatform({ SLIPWAY_FETCH_ALLOW: new URL(gitea.url).host });
  shell = await openShell({ SLIPWAY_HOME: platform.home });
  for (const name of ['app', 'lib']) await gitea.api('POST', '/user/repos', { name, private: true, default_branch: 'main' });
  await ok('paas login --admin && paas create one && paas buildpacks:set nodejs --app one');
  const remote = (name: string) => `${gitea.url.replace('//', `//ada:${gitea.token}@`)}/ada/${name}.git`;
  await shell.write({
    'package.json': PACKAGE,
    'index.js': SERVER,
    'said.txt': 'first',
    token: gitea.token,
    '.gitignore': 'token\nlib.clone\n',
  });
  await ok('git config --global user.name J && git config --global user.email j@example.com && git init -q -b main');
  await ok(
    `git init -q -b main lib.clone && cd lib.clone && echo lib > lib.txt && git add -A && git commit -qm Lib && git push -q ${remote('lib')} main`,
  );
  await ok(`git submodule add -q ${remote('lib')} vendor/lib && git config -f .gitmodules submodule.vendor/lib.url ../lib.git`);
  await ok(`git add -A && git commit -qm First && git remote add gitea ${remote('app')} && git push -q gitea main`);
}, MINUTES_20_MS);

afterAll(async () => {
  await shell?.remove();
  await platform?.stop();
  await gitea?.stop();
});

it('is connected, told its webhook, and deployed by hand: a private repository with a private submodule', async () => {
  const { stdout } = await ok(`paas git:connect ${gitea.url}/ada/app.git --auto --host gitea --token-stdin --app one --json < token`);
  const { webhook } = JSON.parse(stdout) as { webhook: { url: string; secret: string } };
  const config = { url: webhook.url, content_type: 'json', secret: webhook.secret };
  await gitea.api('POST', '/repos/ada/app/hooks', { type: 'gitea', active: true, events: ['push'], config });
  const deployed = await ok('paas git:deploy --app one');
  expect(deployed.stdout).toMatch(
    /^-----> Fetching main of \S+\/ada\/app\.git\n[^]*Git submodules detected, installing\n[^]*Released v\d+\n/,
  );
  await expect.poll(() => answer()).toBe('first lib');
});

it('a push is the next answer, with a green mark at its commit', async () => {
  await shell.write({ 'said.txt': 'second' });
  await ok('git commit -qam "Say second" && git push -q gitea main');
  const commit = (await ok('git rev-parse HEAD')).stdout.trim();
  await expect.poll(() => answer(), { timeout: 90_000, interval: 250 }).toBe('second lib');
  await expect
    .poll(() => marks(commit), { timeout: 30_000 })
    .toEqual([{ context: 'slipway/one', status: 'success', target_url: appUrl() }]);
  expect((await ok('paas releases --app one -n 1')).stdout).toContain(`Deploy ${commit.slice(0, 8)}`);
  expect((await ok('paas builds:info --app one')).stdout).toMatch(/Commit: +Say second\nAuthor: +J <j@example\.com>\n/);
  const info = (await ok('paas git:info --app one --json')).stdout;
  expect(JSON.parse(info)).toMatchObject({
    commit,
    failure: null,
    status_failure: null,
    webhook: { heard_at: expect.any(String) as string },
  });
  expect(platform.output()).not.toContain(gitea.token);
});

it('a push that does not build is a red one, and changes nothing', async () => {
  await shell.write({ 'package.json': '{' });
  await ok('git commit -qam Break && git push -q gitea main');
  const commit = (await ok('git rev-parse HEAD')).stdout.trim();
  await expect.poll(() => marks(commit), { timeout: 90_000 }).toMatchObject([{ context: 'slipway/one', status: 'failure' }]);
  expect(await answer()).toBe('second lib');
});

/** The newest of each context. */
async function marks(commit: string): Promise<object[]> {
  const { statuses } = await gitea.api<{ statuses: Record<string, unknown>[] | null }>('GET', `/repos/ada/app/commits/${commit}/status`);
  return (statuses ?? []).map(({ context, status, target_url }) => ({ context, status, target_url }));
}

async function ok(command: string): Promise<{ stdout: string; stderr: string }> {
  const { code, ...said } = await shell.run(command);
  expect({ code, ...said }).toMatchObject({ code: 0 });
  return said;
}

function appUrl(): string {
  return `http://one.localhost:${new URL(platform.routerUrl).port}/`;
}

async function answer(): Promise<string> {
  return (await ask(platform, 'one', '/')).body;
}
