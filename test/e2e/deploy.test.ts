// `paas deploy`: one command from a directory to the app's answer, and an exit status that scripts can trust.
import { createHmac } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { HOST_LOGIN, HOST_TOKEN, startGitHost, type GitHost } from '../support/git-host.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';

const SERVER =
  "require('node:http').createServer((_, answer) => answer.end(require('node:fs').readFileSync('said.txt'))).listen(process.env.PORT);\n";
const PACKAGE = JSON.stringify({ name: 'one', version: '1.0.0', private: true, scripts: { start: 'node index.js' } });

let platform: Platform;
let shell: Shell;
let host: GitHost;

beforeAll(async () => {
  host = await startGitHost({ isPlain: true });
  platform = await startPlatform({ SLIPWAY_FETCH_ALLOW: host.url.replace('http://', '') });
  shell = await openShell({ SLIPWAY_HOME: platform.home });
  await shell.write({
    'package.json': PACKAGE,
    'index.js': SERVER,
    'said.txt': 'files',
    '.gitignore': 'node_modules\n',
    'node_modules/x.js': 'x',
  });
  await ok('paas login --admin && paas create one && paas buildpacks:set nodejs --app one');
});

afterAll(async () => {
  await shell?.remove();
  await platform?.stop();
  await host?.stop();
});

it('a directory without git', async () => {
  const { stdout, stderr } = await ok('paas deploy --app one');
  expect(stdout).toMatch(/^-----> Building on the Slipway-12 stack\n[^]*-----> Launching\.\.\.\n {7}Released v\d+\n/);
  expect(stderr).toMatch(/^Uploading the source of one\.\.\. done, 1 kB\nWaiting for v\d+ of one\.\.\. up\n$/);
  await expect.poll(() => answer()).toBe('files');
});

it('the last commit, told with its subject; --json for scripts', async () => {
  await shell.write({ 'said.txt': 'commit' });
  await ok(
    'git init -q -b main && git config user.name J && git config user.email j@example.com && git add -A && git commit -qm "Say commit"',
  );
  await shell.write({ 'said.txt': 'not yet' });
  const { stdout, stderr } = await ok('paas deploy --app one --json');
  const commit = (await ok('git rev-parse HEAD')).stdout.trim();
  expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', source_blob: { version: commit, version_description: 'Say commit' } });
  expect(JSON.parse(stderr)).toMatchObject({ warning: expect.stringMatching(/^One file has changes that aren't committed/) as string });
  await expect.poll(() => answer()).toBe('commit');
  expect((await ok('paas releases --app one -n 1')).stdout).toContain(`Deploy ${commit.slice(0, 8)}`);
});

it('a repository elsewhere, told with its author', async () => {
  const repo = await host.repository('two', { 'package.json': PACKAGE, 'index.js': SERVER, 'said.txt': 'elsewhere' });
  const url = repo.url.replace('//', `//${HOST_LOGIN.split(':').map(encodeURIComponent).join(':')}@`);
  const { stdout } = await ok(`paas deploy --app one --git '${url}#main'`);
  expect(stdout).toMatch(new RegExp(`^-----> Fetching main of ${repo.url}\n[^]*Released v\\d+\n`));
  await expect.poll(() => answer()).toBe('elsewhere');
  expect((await ok('paas releases --app one -n 1')).stdout).toContain(`Deploy ${repo.commit.slice(0, 8)}`);
  expect((await ok('paas builds:info --app one')).stdout).toMatch(/Commit: +First\nAuthor: +Ada L <ada@example.com>\n/);
  expect(platform.output()).not.toMatch(/s3cret/);
});

it('a connected repository: by hand, then by a push that its host tells of', async () => {
  const repo = await host.repository('three', { 'package.json': PACKAGE, 'index.js': SERVER, 'said.txt': 'by hand' });
  await shell.write({ token: HOST_TOKEN });
  const connected = await ok(`paas git:connect ${repo.url} --auto --token-stdin --app one --json < token`);
  const { webhook } = JSON.parse(connected.stdout) as { webhook: { url: string; secret: string } };
  await rm(join(shell.dir, 'token'));
  await ok('paas git:deploy --app one');
  await expect.poll(() => answer()).toBe('by hand');
  const commit = await repo.push({ 'said.txt': 'elsewhere' }, { subject: 'Say it' });
  const body = JSON.stringify({ ref: 'refs/heads/main', after: commit, repository: { clone_url: repo.url } });
  const signature = createHmac('sha256', webhook.secret).update(body).digest('hex');
  const headers = { 'x-github-event': 'push', 'x-hub-signature-256': `sha256=${signature}` };
  expect((await fetch(webhook.url, { method: 'POST', headers, body })).status).toBe(202);
  await expect.poll(() => answer(), { timeout: 60_000, interval: 200 }).toBe('elsewhere');
  const info = (await ok('paas git:info --app one')).stdout;
  expect(info).toContain(`=== one Git connection\n`);
  expect(info).toMatch(new RegExp(`Repository: +${repo.url}\nBranch: +main\n[^]*Commit: +${commit.slice(0, 8)}\n`));
  expect((await ok('paas builds:info --app one')).stdout).toContain('Say it');
  await ok('paas git:disconnect --app one');
  expect(await shell.run('paas git:info --app one')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('one is connected to no repository. Connect one: paas git:connect URL --app one') as string,
  });
  expect(platform.output()).not.toMatch(/s3cret/);
});

it('a build that fails ends with 1, and changes nothing', async () => {
  await shell.write({ 'package.json': '{' });
  const failed = await shell.run('paas deploy --app one --uncommitted');
  expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining("package.json can't be read") as string });
  expect(failed.stderr).toMatch(/Error: The build failed: what ran before goes on\.\n ›   Read it again with: paas builds:output \S+\n$/);
  expect(await answer()).toBe('elsewhere');
});

it('a release that crashes ends with 1', async () => {
  await shell.write({ 'package.json': PACKAGE, 'index.js': 'process.exit(1)' });
  const crashed = await shell.run('paas deploy --app one --uncommitted');
  expect(crashed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Error: v\d+ crashes; v\d+ goes on serving: fix it, or paas rollback/) as string,
  });
});

it('Ctrl-C cancels the build', async () => {
  await shell.write({ 'package.json': PACKAGE.replace('"start"', '"build":"echo building; sleep 60","start"') });
  const command = shell.start('exec paas deploy --app one --uncommitted');
  await command.until('building');
  command.interrupt();
  expect((await command.ended).code).toBe(130);
  expect((await ok('paas builds --app one -n 1')).stdout).toContain('cancelled');
});

it('somebody who may not', async () => {
  await rm(join(shell.dir, 'package.json'));
  expect(await shell.run('PAAS_API_KEY=wrong paas deploy --app one')).toMatchObject({ code: 100 });
  expect(await shell.run('paas deploy nowhere --app one')).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') as string });
});

it('one directory of a repository, by deploy and by push', async () => {
  await shell.write({
    'package.json': '{',
    'services/api/Procfile': 'web: python3 -m http.server $PORT\n',
    'services/api/index.html': 'api',
  });
  await ok('git add -A && git commit -qm Mono && paas create mono --remote mono');
  const set = await ok('paas apps:source --app mono --dir ./services/api/ --watch services/api --watch libs');
  expect(set.stdout).toBe('Directory: services/api\nWatched:   services/api, libs\n');
  expect(set.stderr).toContain('To build the same commit again: paas deploy');
  expect((await ok('paas deploy --app mono')).stdout).toContain('-----> Building services/api of the repository\n');
  await expect.poll(async () => (await ask(platform, 'mono', '/')).body).toBe('api');
  expect((await ok('git push mono main 2>&1')).stdout).toContain('remote: -----> Building services/api of the repository');
  await shell.write({ 'readme.md': 'x' });
  const push = await ok('git add -A && git commit -qm Readme && git push mono main 2>&1');
  expect(push.stdout).toContain('remote: Everything up to date for this app: nothing below services/api, libs changed.');
  expect((await ok('paas apps:source --app mono --clear')).stdout).toBe('Directory: the whole repository\nWatched:   all of it\n');
});

async function ok(command: string): Promise<{ stdout: string; stderr: string }> {
  const { code, ...said } = await shell.run(command);
  expect({ code, ...said }).toMatchObject({ code: 0 });
  return said;
}

async function answer(): Promise<string> {
  return (await ask(platform, 'one', '/')).body;
}
