// Completion in real shells, against a real platform: bash, and zsh and fish where they are installed.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUser } from '../../../src/store/people/users.js';
import { openShell, type Shell } from '../../support/shell.js';
import { until } from '../../support/until.js';
import { aDeployedApp } from '../api/a-deployed-app.js';
import { callAs } from '../api/client.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';

let web: OpenWeb;
let shell: Shell;

beforeAll(async () => {
  web = await openWeb();
  shell = await openShell({ PAAS_API_URL: web.url, PAAS_API_KEY: web.adminToken });
  await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
  const admin = callAs(() => web.url, web.adminToken);
  await admin('POST', '/apps', { name: 'shoes' });
  await admin('PATCH', '/apps/shop/config-vars', { DATABASE: 'hidden', DATA_DIR: 'hidden', OTHER: 'hidden' });
  await admin('POST', '/apps/shop/domains', { hostname: '*.shop.example.com' });
  await admin('POST', '/apps/shop/domains', { hostname: 'www.shop.example.com' });
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** How each is asked for what Tab would show at the end of a line. Bash shows what stands behind the last of its own breaks. */
const ASK: Record<string, (line: string) => string> = {
  bash: (line) =>
    `bash --norc -c ${quoted(
      `source <(paas completion bash); complete -p paas >/dev/null || exit 9; COMP_LINE=${quoted(line)}; COMP_POINT=\${#COMP_LINE}; _paas; ` +
        `printf '%s\\n' "\${COMPREPLY[@]}"`,
    )}`,
  zsh: (line) =>
    `zsh -f -c ${quoted(
      `compdef() { [[ $* == '_paas paas' ]] || exit 9; }; source <(paas completion zsh); ` +
        `compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@"; }; words=(${'$'}{(z)$(<<<${quoted(line)})}); ` +
        `[[ ${quoted(line)} == *' ' ]] && words+=(""); CURRENT=${'$'}{#words}; _paas`,
    )}`,
  fish: (line) => `fish --no-config -c ${quoted(`paas completion fish | source; complete -C ${quoted(line)}`)}`,
};
const SHELLS = Object.keys(ASK).filter((name) => spawnSync(name, ['--version']).status === 0);

async function ask(name: string, line: string): Promise<string[]> {
  const { code, stdout, stderr } = await shell.run(ASK[name]!(line));
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout.split('\n').filter((each) => each !== '');
}

describe.each(SHELLS)('%s completes', (name) => {
  it.each([
    [
      'commands',
      'paas dom',
      ['domains', 'domains:add', 'domains:clear', 'domains:info', 'domains:remove', 'domains:update', 'domains:wait'],
    ],
    ['flags', 'paas config:get --a', ['--app']],
    ['apps', 'paas logs -a sh', ['shoes', 'shop']],
    ['config keys', 'paas config:get -a shop DATA', ['DATABASE', 'DATA_DIR']],
    ['config keys that get a value', 'paas config:set -a shop OT', ['OTHER=']],
    ['process types', 'paas ps:scale -a shop w', ['web=', 'worker=']],
    ['sizes', 'paas ps:scale -a shop web=1:Ba', ['web=1:Basic']],
    ['dynos', 'paas run:inside -a shop web', ['web.1']],
    ['nothing of an app that is not there', 'paas config:get -a nothing ', []],
    ['what could mean something to a shell never', 'paas domains:remove -a shop ', ['www.shop.example.com']],
  ])('%s', async (_what, line, wanted) => {
    const shown = name === 'bash' ? wanted.map((each) => each.slice(behindBreaks(line))) : wanted;
    // On a busy machine the first answer comes too late, and is kept for the next.
    await until(async () => (await ask(name, line)).toSorted()).toEqual(shown.toSorted());
  });

  it('and runs nothing of the line', async () => {
    const line = 'paas config:get -a $(touch${IFS}injected) `touch injected` "$(touch injected)';
    expect(await ask(name, line)).toEqual([]);
    expect(await shell.run('test -e injected')).toMatchObject({ code: 1 });
  });
});

/** How much of the last word stands before the last `:` or `=`. */
function behindBreaks(line: string): number {
  return Math.max(line.slice(line.lastIndexOf(' ') + 1).lastIndexOf(':'), line.slice(line.lastIndexOf(' ') + 1).lastIndexOf('=')) + 1;
}

describe('what completes', () => {
  it('is quiet whatever is wrong, and answers from what it kept', async () => {
    await until(() => shell.run('paas --complete -- logs -a sho')).toEqual({ code: 0, stdout: 'shoes\nshop\n', stderr: '' });
    for (const env of [
      { PAAS_API_URL: 'http://127.0.0.1:1' },
      { PAAS_API_KEY: 'HRKU-wrong' },
      { PAAS_API_KEY: '' },
      { PAAS_API_URL: 'x:y:z' },
    ])
      expect(await shell.run('paas --complete -- logs -a sho', { env })).toEqual({ code: 0, stdout: '', stderr: '' });
    const kept = await shell.run('cat ~/.cache/slipway/completion/*; ls -l ~/.cache/slipway/completion');
    expect(kept.stdout).toContain('DATABASE');
    expect(kept.stdout).not.toContain('hidden');
    expect(kept.stdout).not.toMatch(/^-rw.(r|.{3}r)/m);
  });
});

it('an API that takes its time is waited for by nobody, and what it answers is there the next time', async () => {
  const slow = createServer((_req, res) => setTimeout(() => res.end(JSON.stringify([{ name: 'slow-app' }])), 1_000));
  await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
  const env = { PAAS_API_URL: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` };
  expect(await shell.run('paas --complete -- logs -a slow', { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  await until(() => shell.run('paas --complete -- logs -a slow', { env })).toMatchObject({ stdout: 'slow-app\n' });
  await new Promise((closed) => slow.close(closed));
});

it('the script is printed for each shell, and for that of the person', async () => {
  for (const name of Object.keys(ASK)) expect((await shell.run(`paas completion ${name}`)).stdout).toContain('paas --complete --');
  expect((await shell.run('SHELL=/usr/bin/fish paas autocomplete')).stdout).toContain('complete -c paas');
  expect(await shell.run('paas completion tcsh')).toMatchObject({ code: 1, stderr: expect.stringContaining('bash, zsh, fish') as string });
});

describe('what is loaded before anything is done', () => {
  // Tells each module as it is loaded: time says nothing on a machine that does something else, and this is what costs it.
  const hooks = 'export async function load(url, context, next) { process._rawDebug(url); return next(url, context) }';
  const tell = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hooks)}')`;

  it.each([
    ['--complete -- ps:sc', []],
    ['--complete -- ps:scale --app sh', []],
    ['whoami --help', ['commander']],
    ['ps:scale --help', ['commander']],
  ])('paas %s', async (words, packages) => {
    const { stderr } = await shell.run(
      `node --import ${quoted(`data:text/javascript,${encodeURIComponent(tell)}`)} "$(command -v paas)" ${words}`,
    );
    const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'));
    const from = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    expect([...new Set(from)]).toEqual(packages);
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.length).toBeLessThanOrEqual(45);
  });
});
