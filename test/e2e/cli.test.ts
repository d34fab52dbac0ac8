// A session at a terminal: log in, create, push, configure, scale, read logs, roll back, share, destroy.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';

const WHEN = String.raw`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \+0000 \(~ \d+[smhd] ago\)`;

let platform: Platform;
let shell: Shell;

beforeAll(async () => {
  platform = await startPlatform();
  shell = await openShell({ SLIPWAY_HOME: platform.home });
  await shell.write({
    'package.json': PACKAGE,
    'index.js': SERVER,
    Procfile: 'web: node index.js\nworker: node -e "setInterval(() => {}, 1000)"\n',
  });
  await ok(
    'git init -q -b main && git config user.name Jane && git config user.email jane@example.com && git add -A && git commit -qm First',
  );
});

afterAll(async () => {
  await shell?.remove();
  await platform?.stop();
});

describe('the first push', () => {
  it('paas login --admin', async () => {
    expect(await ok('paas login --admin')).toEqual({ stdout: 'Logged in as admin@localhost\n', stderr: '' });
    expect(await ok('paas whoami')).toEqual({ stdout: 'admin@localhost\n', stderr: '' });
  });

  it('paas create', async () => {
    const { stdout, stderr } = await ok('paas create cli-demo');
    expect(stderr).toBe('Creating cli-demo... done\n');
    expect(stdout).toBe(`http://cli-demo.localhost:${routerPort()}/ | ${platform.gitUrl}/cli-demo.git\n`);
    expect((await ok('git remote -v')).stdout).toContain(`paas\t${platform.gitUrl}/cli-demo.git (push)`);
  });

  it('git push paas main, with the token from the credential helper', async () => {
    const { stderr } = await ok('git push paas main');
    expect(stderr).toMatch(/remote: {8}Released v3/);
    expect(await get('/')).toBe('hello from web.1');
    expect((await ok('git config --list --show-origin; cat .git/config')).stdout).not.toContain(platform.token);
  });

  it('paas apps, paas info', async () => {
    expect((await ok('paas apps')).stdout).toBe('=== admin@localhost Apps\ncli-demo\n');
    const { stdout } = await ok('paas info');
    expect(stdout).toMatch(/^=== cli-demo\n/);
    expect(stdout).toContain(`Git URL:     ${platform.gitUrl}/cli-demo.git\n`);
    expect(stdout).toMatch(/^Dynos: +web: 1$/m);
    expect(stdout).toMatch(/^Slug Size: +[1-9]/m);
    expect((await ok('paas info --shell')).stdout).toContain('owner=admin@localhost\n');
    expect(stdout).not.toMatch(/Region|Cert|Repo Size: +0B/);
  });
});

describe('config vars', () => {
  it('are set, read and unset, each time with a release', async () => {
    expect(await ok(`paas config:set GREETING="good morning" QUOTE="it's"`)).toEqual({
      stderr: 'Setting GREETING, QUOTE and restarting cli-demo... done, v4\n',
      stdout: "GREETING: good morning\nQUOTE:    it's\n",
    });
    expect((await ok('paas config')).stdout).toBe("=== cli-demo Config Vars\nGREETING: good morning\nQUOTE:    it's\n");
    expect((await ok('paas config:get GREETING')).stdout).toBe('good morning\n');
    expect((await ok('eval "$(paas config --shell)" && echo "$GREETING, $QUOTE"')).stdout).toBe("good morning, it's\n");
    expect((await ok('paas config:unset QUOTE')).stderr).toBe('Unsetting QUOTE and restarting cli-demo... done, v5\n');
    expect((await ok('paas config:get QUOTE')).stdout).toBe('\n');
    await ok('paas ps:wait');
    await expect.poll(() => get('/')).toBe('good morning from web.1');
  });

  it('that change nothing restart nothing, and say so', async () => {
    expect(await ok('paas config:unset NOPE')).toEqual({ stdout: '', stderr: ' ›   Warning: NOPE is not set on cli-demo.\n' });
    expect((await ok('paas config:set GREETING="good morning"')).stderr).toBe('Setting GREETING on cli-demo... done, nothing new\n');
    expect((await ok('paas config --shell | paas config:set')).stderr).toBe('Setting GREETING on cli-demo... done, nothing new\n');
    expect((await ok('paas releases:info')).stdout).toMatch(/^=== Release v5\n/);
  });

  it('of a wrong name are refused', async () => {
    const { code, stderr } = await shell.run('paas config:set 1A=x');
    expect(code).toBe(2);
    expect(stderr).toContain('Setting 1A and restarting cli-demo... !\n');
    expect(stderr).toContain('Error ID: invalid_params');
  });
});

describe('dynos', () => {
  it('are listed', async () => {
    expect((await ok('paas ps')).stdout).toMatch(
      new RegExp(
        `^=== web \\(Basic\\): node index\\.js \\(1\\)\\nweb\\.1: up ${WHEN}\\n\\n=== worker \\(Basic\\): node -e .* \\(0\\)\\n\\n$`,
      ),
    );
    expect((await ok('paas ps worker')).stdout).toMatch(/^=== worker .*\(0\)\n\n$/);
    expect((await shell.run('paas ps nothing')).stderr).toContain('No nothing dynos on cli-demo\n ›   Its process types: web, worker\n');
  });

  it('are scaled', async () => {
    expect((await ok('paas ps:scale')).stdout).toBe('web=1:Basic worker=0:Basic\n');
    expect((await ok('paas ps:scale web=2 worker+1')).stderr).toBe(
      'Scaling dynos... done, now running web at 2:Basic, worker at 1:Basic\n',
    );
    await ok('paas ps:wait');
    await expect.poll(async () => (await ok('paas ps')).stdout).toMatch(/web\.1: up .*\nweb\.2: up .*\n\n=== worker .*\nworker\.1: up/);
    expect((await ok('paas ps:scale web=1 worker=0')).stderr).toContain('web at 1:Basic, worker at 0:Basic');
    const sized = await ok('paas ps:type worker=standard-2x');
    expect(sized.stderr).toBe('Scaling dynos on cli-demo... done\n');
    expect(sized.stdout).toBe('=== Process Types\nType    Size         Qty\nweb     Basic        1\nworker  Standard-2X  0\n');
    expect((await ok('paas ps:type hobby')).stdout).toMatch(/web +Basic +1\nworker +Basic +0\n/);
    const refused = await shell.run('paas ps:scale web=1000');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Error ID: invalid_params') as string });
    expect(await shell.run('paas ps:scale web=1:Huge')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No such dyno size: Huge\. There are: .*Basic.*Performance-L/) as string,
    });
    expect(await shell.run('paas ps:scale wrker=1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Its process types: web, worker') as string,
    });
  });

  it('are restarted and stopped', async () => {
    expect((await ok('paas ps:restart')).stderr).toBe('Restarting all dynos on cli-demo... done\n');
    expect((await ok('paas ps:restart web.1')).stderr).toBe('Restarting dyno web.1 on cli-demo... done\n');
    expect((await ok('paas ps:restart -p web')).stderr).toBe('Restarting all web dynos on cli-demo... done\n');
    expect((await ok('paas ps:stop -d web.1')).stderr).toBe('Stopping dyno web.1 on cli-demo... done\n');
    expect(await shell.run('paas ps:restart web.99')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Couldn't find that dyno.\n ›   Its dynos: web.1") as string,
    });
    await ok('paas ps:wait');
  });
});

describe('logs', () => {
  it('show the past, by number, source and dyno', async () => {
    const line = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00 (app|heroku)\[[\w.-]+\]: /;
    const { stdout } = await ok('paas logs -n 20');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(20);
    for (const each of lines) expect(each).toMatch(line);
    expect((await ok('paas logs --source app --dyno web.1 | head -1')).stdout).toMatch(/ app\[web\.1\]: /);
    expect((await ok('paas logs -n 1 --json')).stdout).toMatch(/^\{"timestamp":"\S+","source":"\w+","ps":"\S+","message":".*"\}\n$/);
  });

  it('go on with --tail until Ctrl-C', async () => {
    const tail = shell.start('paas logs --tail');
    await tail.until('app[api]');
    expect(await get('/tailed')).toContain('from web.1');
    await tail.until('path="/tailed"');
    tail.interrupt();
    const { code, stderr } = await tail.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  });

  it('lose and double no line of a --tail while web and logplex are killed', async () => {
    const tail = shell.start('paas logs --tail -n 1 --source app --dyno api');
    await tail.until('app[api]');
    await platform.kill('web');
    await ok('paas maintenance:on');
    await tail.until('Maintenance mode enabled');
    await platform.kill('logplex');
    await ok('paas maintenance:off');
    await tail.until('Maintenance mode disabled');
    await ok('paas maintenance:on && paas maintenance:off');
    await expect
      .poll(() => tail.output().match(/Maintenance mode \w+/g))
      .toEqual(['enabled', 'disabled', 'enabled', 'disabled'].map((word) => `Maintenance mode ${word}`));
    tail.interrupt();
    expect((await tail.ended).stderr).toContain('Warning: The log stream was cut off; connecting again.');
  });

  it('are not shown for both a dyno and a type', async () => {
    expect((await shell.run('paas logs -d web.1 -p web')).code).toBe(1);
  });
});

describe('releases and builds', () => {
  it('are listed and shown', async () => {
    const { stdout } = await ok('paas releases');
    expect(stdout).toMatch(/^=== cli-demo Releases - Current: v5\nv5 {2}Remove QUOTE config vars/);
    expect(stdout).toMatch(new RegExp(`^v3  Deploy [0-9a-f]{8} +admin@localhost  ${WHEN}$`, 'm'));
    expect((await ok('paas releases -n 2')).stdout.trim().split('\n')).toHaveLength(3);
    expect((await ok('paas releases:info v4')).stdout).toContain("=== v4 Config vars\nGREETING: good morning\nQUOTE:    it's\n");
    expect((await ok('paas releases:output v4')).stderr).toContain('Release v4 has no release output available.');
    expect(await shell.run('paas releases:info v99')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The latest of cli-demo is v5.') as string,
    });
    const builds = (await ok('paas builds')).stdout;
    expect(builds).toMatch(/ succeeded {2}[0-9a-f]{8} {2}/);
    const [, id = ''] = /\n([0-9a-f-]{36}) {2}succeeded/.exec(builds) ?? [];
    expect((await ok(`paas builds:info ${id.slice(0, 8)}`)).stdout).toContain(`=== Build ${id}\n`);
    expect((await ok(`paas builds:output ${id.slice(0, 6)}`)).stdout).toContain('Node.js app detected');
    expect(await shell.run('paas builds:info 00000000')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No build has an id that begins with 00000000.') as string,
    });
    const latest = (await ok('paas builds:info')).stdout;
    expect(latest).toMatch(/^Release: +v3$/m);
    expect(latest).toMatch(/^Author: +.+ <.+@.+>$/m);
    expect((await ok('paas builds:output')).stdout).toContain('-----> Node.js app detected');
    expect((await shell.run('paas builds:cancel')).stderr).toMatch(/Build \S+ has succeeded already\./);
  });

  it('are rolled back', async () => {
    await shell.write({ 'index.js': SERVER.replace('from', 'FROM') });
    await ok('git commit -qam Second && git push paas main');
    expect(await get('/')).toBe('good morning FROM web.1');
    const { stderr } = await ok('paas rollback');
    expect(stderr).toContain('Rolling back cli-demo to v5... done, v7\n');
    expect(stderr).toContain('To undo, run: paas rollback v6');
    await ok('paas ps:wait');
    await expect.poll(() => get('/')).toBe('good morning from web.1');
    expect(await shell.run('paas rollback v1')).toMatchObject({ code: 2 });
    expect(await shell.run('paas rollback latest')).toMatchObject({ code: 1, stderr: expect.stringContaining('expected vN') as string });
  });

  it('cancel a build that runs', async () => {
    await shell.write({ 'package.json': PACKAGE.replace('"start"', '"build":"echo building; sleep 60","start"') });
    const push = shell.start('git commit -qam Slow && git push paas main');
    await push.until('building');
    expect((await ok('paas builds:cancel')).stderr).toMatch(/^Cancelling build \S+ on cli-demo\.\.\. done\n$/);
    expect((await push.ended).code).not.toBe(0);
    await ok('git reset -q --hard HEAD~1');
  });
});

describe('on a terminal', () => {
  const seen = async (columns: number, command: string) =>
    (
      await shell.run(`script -qec 'stty cols ${columns}; ${command}' /dev/null`, { env: { TERM: 'xterm', NO_COLOR: '1' } })
    ).stdout.replaceAll('\r', '');

  it.each([60, 80, 100])('of %i columns tables and help fit', async (columns) => {
    for (const command of ['paas builds', 'paas releases', 'paas authorizations', 'paas help', 'paas help ps:scale', 'paas users']) {
      const lines = (await seen(columns, command)).split('\n');
      expect({ command, wide: lines.filter((line) => line.length > columns) }).toEqual({ command, wide: [] });
    }
    expect(await seen(columns, 'paas builds')).toMatch(/\n[0-9a-f]{8} {2}succeeded/);
  });

  it("nothing an app or a build says is obeyed, and in a pipe it's as it was", async () => {
    const said = String.raw`\033]0;owned\007\033[2Jred\033[31m\302\233\342\200\256`;
    await shell.write({ Procfile: `web: printf '${said}\\rforged\\n'; node index.js\n` });
    await ok(`git add -A && git commit -qm "$(printf 'desc${said}')" && git push paas main && paas ps:wait`);
    const controls = /(?![\n\t])\p{Cc}|\u202E/u;
    await expect.poll(() => seen(100, 'paas logs -n 200')).toMatch(/app\[web\.1\]: .*red forged/);
    for (const command of ['paas logs -n 200', 'paas builds:info', 'paas builds:output', 'paas ps', 'paas releases'])
      expect(await seen(100, command)).not.toMatch(controls);
    expect((await ok('paas logs -n 200')).stdout).toMatch(/red.*forged/);
  });
});

describe('buildpacks and maintenance', () => {
  it('are changed', async () => {
    expect((await ok('paas buildpacks')).stdout).toBe('cli-demo has no Buildpacks.\n');
    expect((await ok('paas buildpacks:set nodejs')).stdout).toContain('Buildpack set. Next release on cli-demo will use slipway/nodejs.');
    await ok('paas buildpacks:add -i 1 https://code.example/x.git');
    expect((await ok('paas buildpacks')).stdout).toBe('=== cli-demo Buildpacks\n1. https://code.example/x.git\n2. slipway/nodejs\n');
    await ok('paas buildpacks:remove https://code.example/x.git');
    expect((await ok('paas buildpacks:clear')).stdout).toContain('will detect buildpacks normally');
    expect((await shell.run('paas buildpacks:set cobol')).code).toBe(2);

    expect((await ok('paas maintenance:on')).stderr).toBe('Enabling maintenance mode for cli-demo... done\n');
    expect((await ok('paas maintenance')).stdout).toBe('on\n');
    await ok('paas maintenance:off');
  });

  it('every list is JSON with --json', async () => {
    const commands = [
      'apps',
      'info',
      'config',
      'ps',
      'ps:scale',
      'ps:type',
      'releases',
      'releases:info',
      'metrics',
      'builds',
      'builds:info',
      'buildpacks',
      'maintenance',
      'authorizations',
      'users',
      'whoami',
    ];
    for (const command of commands) JSON.parse((await ok(`paas ${command} --json`)).stdout);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a wrong app', 'paas info -a nope', 2, "Couldn't find the app nope.\n ›   See yours with: paas apps"],
    ['an app nearly right', 'paas ps -a clidemo', 2, "Couldn't find the app clidemo.\n ›   Did you mean cli-demo?"],
    ['a wrong app for git', 'paas git:remote -a cli-demoo', 2, 'Did you mean cli-demo?'],
    ['a wrong app in JSON', 'paas info -a nope --json', 2, '{"id":"not_found","message":"Couldn\'t find the app nope.'],
    ['a name that is taken', 'paas create cli-demo', 2, 'Name cli-demo is already taken'],
    ['a name that is wrong', 'paas create Bad_Name', 2, 'Error ID: invalid_params'],
    ['a wrong token', 'PAAS_API_KEY=wrong paas apps', 100, 'Invalid credentials provided.'],
    ['a wrong token at login', 'echo wrong | paas login --token-stdin', 100, 'Invalid credentials provided.'],
    ['no remote', 'cd / && paas config', 1, 'No app given.'],
    ['destroying without a word', 'paas destroy', 1, 'run again with --confirm cli-demo'],
    ['destroying with a wrong word', 'paas destroy --confirm other', 1, 'did not match cli-demo. Aborted.'],
    ['an unknown command', 'paas confg', 127, 'confg is not a paas command.'],
    ['a command of Heroku', 'paas pg:info x', 127, 'Backups are commands here'],
    ['a window of no metrics', 'paas metrics --window 3h', 1, "argument '3h' is invalid. Allowed choices are 2h, 24h, 7d."],
    ['a source of no lines', 'paas logs --source router', 1, '--source is app or heroku'],
  ])('is said in one clear line: %s', async (_, command, code, message) => {
    const result = await shell.run(command);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/\bat .*\.js:\d/);
  });

  it('keeps the login after a failed one', async () => {
    expect((await ok('paas whoami')).stdout).toBe('admin@localhost\n');
  });
});

describe('other people', () => {
  it('have their own apps and tokens', async () => {
    const { stdout: token } = await ok('paas users:add joe@example.com --short');
    expect((await ok('paas users')).stdout).toContain('joe@example.com');
    const joe = await openShell({ PAAS_API_URL: platform.apiUrl });
    try {
      expect(await joe.run('paas login --token-stdin', { stdin: token })).toMatchObject({
        code: 0,
        stdout: 'Logged in as joe@example.com\n',
      });
      expect((await joe.run('paas apps')).stdout).toBe('You have no apps.\n');
      expect(await joe.run('paas config -a cli-demo')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("Couldn't find the app cli-demo.") as string,
      });
      expect(await joe.run(`git ls-remote ${platform.gitUrl}/cli-demo.git`)).toMatchObject({ code: 128, stdout: '' });
      expect(await joe.run('paas users')).toMatchObject({ code: 2, stderr: expect.stringContaining('Error ID: forbidden') as string });

      const second = (await joe.run('paas authorizations:create -d laptop --short')).stdout.trim();
      expect((await joe.run(`PAAS_API_KEY=${second} paas whoami`)).stdout).toBe('joe@example.com\n');
      const id = /laptop +(\S+)/.exec((await joe.run('paas authorizations')).stdout)?.[1];
      expect((await joe.run('paas authorizations')).stdout).toMatch(/Expires +Last used\n.*\n.* never +(never|\d+\w+ ago)\n/);
      expect((await joe.run(`paas authorizations:revoke ${id?.slice(0, 8)}`)).stderr).toContain('done, revoked authorization from laptop');
      expect((await joe.run(`PAAS_API_KEY=${second} paas whoami`)).code).toBe(100);
      const expiring = (await joe.run('paas authorizations:create -d short -e 1 --short')).stdout.trim();
      await expect.poll(async () => (await joe.run(`PAAS_API_KEY=${expiring} paas whoami`)).code).toBe(100);

      expect((await joe.run('paas logout')).code).toBe(0);
      expect((await joe.run('paas whoami')).code).toBe(100);
    } finally {
      await joe.remove();
    }
  });
});

describe('over TLS with the private CA', () => {
  it('logs in, and git trusts the same CA', async () => {
    const url = platform.apiUrl.replace(/^http:\/\/[^:]+/, 'https://localhost');
    const remote = await openShell();
    try {
      expect(await remote.run(`paas login ${url} --token-stdin`, { stdin: platform.token })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('--ca FILE') as string,
      });
      expect(
        await remote.run(`paas login ${url} --ca ${join(platform.home, 'ca.pem')} --token-stdin`, { stdin: platform.token }),
      ).toMatchObject({ code: 0 });
      expect((await remote.run('paas config:get GREETING -a cli-demo')).stdout).toBe('good morning\n');
      expect((await remote.run('git init -q && paas git:remote -a cli-demo')).stdout).toBe(`set git remote paas to ${url}/cli-demo.git\n`);
      expect((await remote.run('git ls-remote paas main', { env: { GIT_SSL_CAINFO: undefined } })).stdout).toContain('refs/heads/main');
    } finally {
      await remote.remove();
    }
  });
});

describe('the end', () => {
  it('paas rename, paas destroy', async () => {
    expect((await ok('paas rename cli-demo-2')).stdout).toContain(`${platform.gitUrl}/cli-demo-2.git`);
    expect((await ok('git remote get-url paas')).stdout).toBe(`${platform.gitUrl}/cli-demo-2.git\n`);
    await ok('git commit -q --allow-empty -m Third && git push paas main');
    expect((await ok('paas destroy --confirm cli-demo-2')).stderr).toBe('Destroying cli-demo-2... done\n');
    expect((await ok('git remote')).stdout).toBe('');
    expect((await shell.run('paas info -a cli-demo-2')).code).toBe(2);
    await expect.poll(() => platform.containers('slipway.app')).toEqual([]);
  });
});

/** Runs a command that must succeed. */
async function ok(command: string): Promise<{ stdout: string; stderr: string }> {
  const { code, ...output } = await shell.run(command);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output.stdout}${output.stderr}`);
  return output;
}

function routerPort(): string {
  return new URL(platform.routerUrl).port;
}

/** The body of what the app answers, through the router. */
async function get(path: string): Promise<string> {
  return (await ask(platform, 'cli-demo', path)).body;
}

const PACKAGE = JSON.stringify({ name: 'cli-demo', version: '1.0.0', private: true, scripts: { start: 'node index.js' } });

const SERVER = `const { PORT, DYNO, GREETING = 'hello' } = process.env;
require('http').createServer((request, response) => {
  console.log('asked for ' + request.url);
  response.end(GREETING + ' from ' + DYNO);
}).listen(PORT);
`;
