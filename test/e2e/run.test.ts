// Running commands: paas in pipes and at a terminal, inside a dyno, and Heroku's own client on the same platform.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHerokuShell } from '../support/heroku-client.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';
import { anApp, type Workspace } from '../support/workspace.js';

let platform: Platform;
let app: Workspace;
let shell: Shell;
let theirs: Shell;

beforeAll(async () => {
  platform = await startPlatform();
  const [client, workspace] = await Promise.all([
    openHerokuShell(platform, platform.token),
    anApp(platform, 'run-demo', {
      Procfile: 'web: python3 -m http.server $PORT\nconsole: echo console\n',
      'index.html': 'hello',
      'edit.py': EDITOR,
      'app.json': cronJson({ command: 'echo new year', schedule: '0 0 1 1 *', timezone: 'Europe/Vienna' }),
    }),
  ]);
  theirs = client;
  app = workspace;
  shell = await openShell({
    PAAS_API_URL: platform.apiUrl,
    PAAS_API_KEY: platform.token,
    PAAS_APP: 'run-demo',
  });
  await platform.api('PATCH', '/apps/run-demo/config-vars', { B: 'x y' });
  expect((await app.push('main')).code).toBe(0);
});

afterAll(async () => {
  await Promise.all([shell?.remove(), theirs?.remove()]);
  await app?.remove();
  await platform?.stop();
});

/** A full-screen editor of one line, by ncurses: the stack has no other. It says how large its screen has become, and saves on Ctrl-G. */
const EDITOR = `
import curses, sys
from curses.textpad import Textbox

def edit(screen):
    screen.addstr(0, 0, 'EDITOR')
    while screen.getch() != curses.KEY_RESIZE:
        pass
    screen.addstr(0, 0, 'NOW %dx%d' % screen.getmaxyx())
    screen.refresh()
    line = curses.newwin(1, 40, 2, 0)
    line.keypad(True)
    return Textbox(line, insert_mode=True).edit()

open(sys.argv[1], 'w').write(curses.wrapper(edit).strip() + '\\n')
`;
const cronJson = (entry: Record<string, string>) => JSON.stringify({ cron: [entry] });
const lines = async () => (await shell.run('paas logs -n 500')).stdout;
const until = (read: () => unknown) => expect.poll(read, { timeout: 60_000, interval: 100 });
const noneIsLeft = () =>
  until(async () => [(await app.api('GET', '/dynos')).length, await platform.containers('slipway.dyno')]).toEqual([1, expect.any(Array)]);
const NAME = String.raw`run\.\d{4}`;

describe('paas run in a pipe', () => {
  test.each([
    ['paas run echo hi', { code: 0, stdout: 'hi\n' }],
    ["paas run 'echo out; echo err >&2; exit 7' 2>/dev/null", { code: 7, stdout: 'out\n' }],
    ['paas run console "a  b" c', { code: 0, stdout: 'console a  b c\n' }],
    [`paas run -e 'X=1;Y=2' 'echo $X$Y-$B'`, { code: 0, stdout: '12-x y\n' }],
    ['head -c 300000 /dev/zero | paas run wc -c', { code: 0, stdout: '300000\n' }],
    ['printf "a\\004" | paas run --no-tty od -An -c', { code: 0, stdout: '   a 004\n' }],
    [String.raw`printf 'a\377\r\nb' | paas run --no-tty od -An -tx1`, { code: 0, stdout: ' 61 ff 0d 0a 62\n' }],
    ['paas run cat </dev/null', { code: 0, stdout: '' }],
    ['yes | head -n 100000 | paas run head -n 1', { stdout: 'y\n' }],
    ['paas run seq 1000000 | head -n 2', { stdout: '1\n2\n' }],
    ["paas run --size Standard-2X --type worker 'echo $MEMORY_AVAILABLE ${DYNO%.*}'", { code: 0, stdout: '1024 worker\n' }],
    ['paas run nosuchprogram 2>/dev/null', { code: 127, stdout: '' }],
    ["paas run:inside web.1 'echo $DYNO $B; cat; exit 4' <<< more", { code: 4, stdout: 'web.1 x y\nmore\n' }],
  ])('%s', async (command, wanted) => expect(await shell.run(command)).toMatchObject(wanted));

  test('says what it does on stderr, and leaves nothing of what was said in the log', async () => {
    const { stderr } = await shell.run('paas run echo not-logged');
    expect(stderr).toMatch(new RegExp(`^Running echo not-logged on run-demo... up, ${NAME} \\(Basic\\)\\n$`));
    expect((await lines()).match(/.*not-logged.*/g)).toEqual([
      expect.stringMatching(/ app\[api\]: Starting process with command `echo not-logged` by user admin@localhost$/),
      expect.stringMatching(new RegExp(` heroku\\[${NAME}\\]: Starting process with command \`echo not-logged\`$`)),
    ]);
    await noneIsLeft();
  });

  test('100 MB go through cat as they are, and no process of ours grows by it', async () => {
    const peak = (name: 'dynos' | 'web') =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${platform.pid(name)}/status`, 'utf8'))![1]) / 1024;
    await shell.run('head -c 1000000 /dev/urandom | paas run cat >/dev/null');
    const before = [peak('dynos'), peak('web')];
    const sum =
      'head -c 100000000 /dev/urandom | tee >(sha256sum >one) | paas run cat | sha256sum >two; until [ -s one ]; do sleep 0.1; done; cmp one two';
    expect(await shell.run(sum)).toMatchObject({ code: 0 });
    const after = [peak('dynos'), peak('web')];
    expect(after[0]! - before[0]!).toBeLessThan(40);
    expect(after[1]! - before[1]!).toBeLessThan(40);
  });

  test('detached: its name, its log, its end', async () => {
    const { stdout, stderr } = await shell.run('paas run:detached "echo bye; sleep 1000"');
    const [name = ''] = /run\.\d{4}/.exec(stderr) ?? [];
    expect(stdout).toBe(`Run paas logs --app run-demo --dyno-name ${name} to view the output.\n`);
    await until(lines).toContain(` app[${name}]: bye\n`);
    await until(async () => (await shell.run('paas ps')).stdout).toContain(`=== run (Basic): echo bye; sleep 1000 (1)\n${name}: up `);
    expect(await shell.run(`paas ps:stop ${name}`)).toMatchObject({ code: 0 });
    await until(lines).toContain(` heroku[${name}]: State changed from up to complete\n`);
    await noneIsLeft();
  });

  test('Ctrl-C leaves: the command is told', async () => {
    const running = shell.start("paas run 'echo begu${X}n; sleep 1000'");
    await running.until('begun');
    running.interrupt();
    expect((await running.ended).code).toBe(130);
    await until(lines).toContain('Client connection closed. Sending SIGHUP to all processes');
    await noneIsLeft();
  });

  test('the manager is killed: the client is told, the dyno is ended; a detached one goes on', async () => {
    const running = shell.start("paas run 'echo begu${X}n; sleep 1000'");
    await running.until('begun');
    const [name = ''] = /run\.\d{4}/.exec((await shell.run('paas run:detached sleep 1000')).stderr) ?? [];
    await platform.kill('dynos');
    expect(await running.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('was lost before the command had ended') });
    await until(async () => (await app.api<{ name: string }[]>('GET', '/dynos')).map((dyno) => dyno.name)).toEqual([name, 'web.1']);
    await shell.run(`paas ps:stop ${name}`);
    await noneIsLeft();
  });
});

describe('paas schedule', () => {
  const outcomes = async (name: string) =>
    (JSON.parse((await shell.run(`paas schedule:history ${name} --json`)).stdout) as Record<string, unknown>[]).map(
      ({ state, exit_status: status }) => `${String(state)} ${String(status)}`,
    );

  test('what app.json has, and what is added, runs in dynos of its own, and how they ended is kept', async () => {
    const added = await shell.run('paas schedule:add "0 3 29 2 *" --name leap -- sh -c "echo leaping; exit 7"');
    expect(added).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Adding .* to the schedules of run-demo\.\.\. done, leap runs next in \d+d /),
    });
    expect((await shell.run('paas schedule')).stdout.split('\n').map((line) => line.split(/ {2,}/).filter((_, at) => at !== 3))).toEqual([
      ['Name', 'Cron', 'Command', 'Last Run', 'From'],
      [expect.stringContaining('─'), expect.anything(), expect.anything(), expect.anything(), expect.anything()],
      ['echo-new-year', '0 0 1 1 * Europe/Vienna', 'echo new year', 'app.json'],
      ['leap', '0 3 29 2 *', 'sh -c "echo leaping; exit 7"'],
      [''],
    ]);
    for (const name of ['leap', 'echo-new-year']) expect((await shell.run(`paas schedule:run ${name}`)).code).toBe(0);
    await until(() => outcomes('leap')).toEqual(['failed 7']);
    await until(() => outcomes('echo-new-year')).toEqual(['succeeded 0']);
    expect((await shell.run('paas schedule')).stdout).toMatch(/leap .* failed \(7\) \d+[sm] ago/);
    await until(lines).toMatch(/ app\[scheduler\.\d{4}\]: leaping\n/);
    expect(await shell.run('paas schedule:remove leap')).toMatchObject({ code: 0 });
    expect(await shell.run('paas schedule:remove echo-new-year')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('echo-new-year comes from app.json: take it out there, and push.'),
    });
  });

  test('an app.json whose cron cannot be read is refused with the push', async () => {
    await app.commit({ 'app.json': cronJson({ command: 'true', schedule: '0 24 * * *' }) }, 'Never');
    const pushed = await app.push('main');
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('app.json: cron, entry 1: cron "0 24 * * *": invalid value for hour: 24.');
    await app.git('reset', '-q', '--hard', 'HEAD^');
  });
});

describe('paas run at a terminal', () => {
  /** In a terminal of its own; what it shows. The size comes from stty, as from a person's window. */
  const terminal = (command: string) =>
    shell.run(`script -qec ${quote(`stty rows 30 cols 100; stty -g >before; ${command}; stty -g >after`)} /dev/null </dev/null`);
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  /** The same, by somebody who waits for what is shown before they type: what all that was. */
  const atTerminal = async (command: string, typed: [wanted: string, keys: string][]) =>
    (
      await shell.run(`python3 "$DRIVER" ${quote(command)} ${quote(JSON.stringify(typed))}`, {
        env: { DRIVER: resolve('test/fixtures/at-terminal.py'), TERM: 'xterm' },
      })
    ).stdout;
  const isRestored = async () => expect(await shell.run('cmp before after')).toMatchObject({ code: 0 });

  test('is one for the dyno too, in colour and of that size; then it is as it was', async () => {
    const { stdout } = await terminal(`paas run 'stty size; tput setaf 1; echo $TERM' ; echo "status=$?"`);
    // What paas says of the dyno may come between.
    for (const part of ['30 100\r\n', '\u001B[31m']) expect(stdout).toContain(part);
    expect(stdout).toContain('status=0');
    await isRestored();
  });

  const turns: [what: string, command: string, turns: [wanted: string, keys: string][], shown: RegExp][] = [
    [
      'less, of another size',
      'seq 1000 | less',
      [
        ['\n23', 'G'],
        ['1000', 'RESIZE'],
        ['~', 'q'],
      ],
      /status=0/,
    ],
    ['top', 'top', [['COMMAND', 'q']], /status=0/],
    [
      'an editor that takes the whole screen, of another size, saves and gives it back',
      'python3 edit.py note && sed s/^/saved:/ note',
      [
        ['EDITOR', 'RESIZE'],
        ['NOW 40x80', 'helo\u001BOD\u001BODl\u0007'],
      ],
      /\[\?1049h[^]*\[\?1049l[^]*saved:hello\r+\n[^]*status=0/,
    ],
    [
      'a shell whose jobs are stopped by Ctrl-Z',
      'bash',
      [
        ['$ ', '(echo begu${X}n; sleep 100)\r'],
        ['begun\r\n', '\u001A'],
        ['Stopped', 'echo $((6*7))\r'],
        ['42\r\n', 'exit\r'],
        ['stopped jobs', 'exit 3\r'],
      ],
      /status=3/,
    ],
  ];
  test.each(turns)('%s, and the terminal is as it was', async (_what, command, typed, wanted) => {
    const stdout = await atTerminal(`paas run ${quote(command)}`, typed);
    expect(stdout).toMatch(wanted);
    expect(stdout).toMatch(/\nrestored\n$/);
  });

  test('its size changes while the program runs', async () => {
    const program = `trap "stty size; exit 5" WINCH; echo begu\${X}n; while :; do sleep 0.1; done`;
    const stdout = await atTerminal(`paas run '${program}'`, [['begun\r\n', 'RESIZE']]);
    expect(stdout).toMatch(/begun[^]*40 80\r+\n[^]*status=5/);
    expect(stdout).toMatch(/\nrestored\n$/);
  });

  test('is as it was when the connection breaks, and when paas is ended', async () => {
    await noneIsLeft();
    const isUp = async () =>
      (await app.api<{ state: string; type: string }[]>('GET', '/dynos')).some(({ type, state }) => type === 'run' && state === 'up');
    const shown = terminal(`paas run 'echo begu\${X}n; sleep 1000'; echo "status=$?"`);
    await until(isUp).toBe(true);
    await platform.kill('dynos');
    expect((await shown).stdout).toContain('status=1');
    await isRestored();
    await until(isUp).toBe(false);
    const ended = terminal(`sh -c "echo \\$\\$ >pid; exec paas run 'echo begu\\\${X}n; sleep 1000'"; echo "status=$?"`);
    await until(isUp).toBe(true);
    await shell.run('kill $(cat pid)');
    expect((await ended).stdout).toMatch(/status=143/);
    await isRestored();
    await noneIsLeft();
  });
});

describe("Heroku's client", () => {
  const inApp = { env: { HEROKU_APP: 'run-demo' } };
  const heroku = (line: string) => theirs.run(line, inApp);
  const STATUS = (command: string) => new RegExp(`Running ${command.replace(/[$'-]/g, '.')} on .*run-demo... up, ${NAME}`);

  test.each([
    ['echo hi', `heroku run 'echo hi'`, { code: 0, stdout: 'hi\n' }],
    ["sh -c 'exit 3'", `heroku run -x "sh -c 'exit 3'"`, { code: 3, stderr: expect.stringContaining('Process exited with code 3') }],
    ['cat', String.raw`printf 'a\nb\n' | heroku run --no-tty cat`, { code: 0, stdout: 'a\nb\n' }],
    // It reads and prints text, not bytes: what is no UTF-8 arrives as U+FFFD, whoever serves it.
    ['od -An -tx1', String.raw`printf 'a\377' | heroku run --no-tty 'od -An -tx1'`, { code: 0, stdout: ' 61 ef bf bd\n' }],
    ['echo $X-$B', `heroku run -e "X=1" 'echo $X-$B'`, { code: 0, stdout: '1-x y\n' }],
  ])('heroku run %s', async (command, line, wanted) => {
    const answer = await heroku(line);
    expect(answer).toMatchObject(wanted);
    expect(answer.stderr).toMatch(STATUS(command));
  });

  test('heroku run --no-tty passes 1 MB of text on as it is', async () => {
    const sum = `head -c 750000 /dev/urandom | base64 >sent; heroku run --no-tty 'sha256sum | cut -c1-64' <sent; sha256sum sent | cut -c1-64`;
    const [there, here] = (await heroku(sum)).stdout.split('\n');
    expect(there).toBe(here);
  });

  test('heroku run:detached, heroku logs, heroku ps during a run', async () => {
    const { stdout } = await heroku(`heroku run:detached 'echo bye'`);
    expect(stdout).toMatch(new RegExp(`Run heroku logs --app run-demo --dyno ${NAME} to view the output.`));
    await until(lines).toMatch(new RegExp(`app\\[${NAME}\\]: bye\\n`));
    const running = theirs.start(`heroku run 'echo begu\${X}n; sleep 1000'`, inApp);
    await running.until('begun');
    const ps = await heroku('heroku ps');
    expect(ps.stdout).toContain('=== run: one-off processes (1)');
    expect(ps.stdout).toMatch(new RegExp(`${NAME} \\(Basic\\): up .*: echo begu..X.n; sleep 1000`));
    running.interrupt();
    await running.ended;
    await noneIsLeft();
  });

  test('heroku run:inside', async () => {
    expect(await heroku(`heroku run:inside web.1 'echo in $DYNO'`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('in web.1\n'),
    });
  });
});

test('no secret is in what processes print', () => expect(platform.output()).not.toMatch(/rendezvous:\/\/[^ ]*\/[\w-]{20}/));
