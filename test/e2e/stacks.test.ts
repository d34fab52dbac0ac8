// An app moves to the other stack, and back. The first such test on a machine waits until that stack is made.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';
import { anApp, type Workspace } from '../support/workspace.js';

const STACK_MS = 6 * 60_000;
// Answers with the distribution it runs on, and what its build took the stack for.
const APP = {
  'package.json': JSON.stringify({ name: 'mover', scripts: { build: 'echo $STACK >built-on' } }),
  'index.js': `const { readFileSync } = require('fs');
    const release = /VERSION_CODENAME=(.*)/.exec(readFileSync('/etc/os-release', 'utf8'))[1];
    require('http').createServer((req, res) => res.end(release + ' ' + readFileSync('built-on', 'utf8').trim())).listen(process.env.PORT);`,
  Procfile: 'web: node index.js\n',
};

let platform: Platform;
let shell: Shell;
let app: Workspace;

beforeAll(async () => {
  platform = await startPlatform({ SLIPWAY_STACKS: 'slipway-12,slipway-13' });
  shell = await openShell({ PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token });
  app = await anApp(platform, 'mover', APP);
});

afterAll(async () => {
  await app?.remove();
  await shell?.remove();
  await platform?.stop();
});

async function paas(command: string): Promise<string> {
  const { code, stdout, stderr } = await shell.run(`paas ${command} --app mover`);
  expect(code, stderr).toBe(0);
  return stderr + stdout;
}

it('an app is on the first stack unless it is told otherwise', async () => {
  expect(await paas('stack')).toBe('=== mover Available Stacks\n* slipway-12\n  slipway-13\n');
  expect((await app.push('main')).remote).toContain('-----> Building on the Slipway-12 stack');
  expect(await app.get('/')).toEqual({ status: 200, body: 'bookworm heroku-22' });
});

it('another stack is for the next build: what runs stays as it is', async () => {
  expect(await paas('stack:set slipway-13')).toBe(
    'Setting stack to slipway-13... done\nYou will need to redeploy mover for the change to take effect.\n' +
      'Run git push paas main to trigger a new build on mover.\n',
  );
  expect(await paas('stack')).toBe('=== mover Available Stacks\n* slipway-12\n  slipway-13 (active on next deploy)\n');
  await paas('ps:restart');
  await expect.poll(() => app.get('/')).toEqual({ status: 200, body: 'bookworm heroku-22' });
});

it('the next build is made on it, and so are its dynos', { timeout: STACK_MS }, async () => {
  await app.commit({}, 'Nothing new');
  const { code, output, remote } = await app.push('main');
  expect(code, output).toBe(0);
  expect(remote).toContain('-----> Building on the Slipway-13 stack');
  expect(await app.get('/')).toEqual({ status: 200, body: 'trixie heroku-24' });
  expect(await paas('info')).toMatch(/^Stack: +slipway-13$/m);
});

it('a rollback brings the older stack back with its slug', async () => {
  await paas('rollback');
  await expect.poll(() => app.get('/')).toEqual({ status: 200, body: 'bookworm heroku-22' });
  expect(await paas('info')).toMatch(/^Stack: +slipway-12 \(next build will use slipway-13\)$/m);
});

it('a stack that is not offered is refused', async () => {
  expect(await shell.run('paas stack:set heroku-24 --app mover')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Choose one of: slipway-12, slipway-13.') as string,
  });
});
