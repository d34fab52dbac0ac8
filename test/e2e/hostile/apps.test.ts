// Apps of strangers that want what isn't theirs, or all there is: what each saw, while a neighbour and the platform don't notice.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShell, type Shell } from '../../support/shell.js';
import { untilSo } from '../../support/until.js';
import { anApp, type Workspace } from '../../support/workspace.js';
import { openNeighbourhood, type Neighbourhood } from './neighbourhood.js';
import { IN_A_BUILD, SEEN } from './seen.js';

let place: Neighbourhood;
let attacker: Workspace;
let shell: Shell;
/** Said by the app's build, which is an attack too. */
let built: string;
/** A dyno that hears no signal, and has been told to end. */
let deaf: string;

beforeAll(async () => {
  place = await openNeighbourhood();
  const { platform } = place;
  attacker = await anApp(platform, 'attacker', 'test/fixtures/hostile');
  await platform.api('PATCH', '/apps/attacker/config-vars', { TARGETS: JSON.stringify(place.targets) });
  shell = await openShell({ PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token, PAAS_APP: 'attacker' });
  const unnoticed = place.watch();
  const pushed = await attacker.push('main');
  await unnoticed();
  built = pushed.remote.join('\n');
  expect(pushed.code, built).toBe(0);
  // Its 30 seconds pass while the others attack.
  deaf = await detached('python3 stays.py; sleep 1000');
  await untilSo('it is there', async () => (await log()).includes(`app[${deaf}]: there to stay`));
  await shell.run(`paas ps:stop ${deaf}`);
});

afterAll(async () => {
  await shell?.remove();
  await attacker?.remove();
  await place?.close();
});

let unnoticed: () => Promise<void>;
beforeEach(() => void (unnoticed = place.watch()));
afterEach(() => unnoticed());

const log = async () => (await shell.run('paas logs -n 1500')).stdout;
const until = (read: () => unknown, timeout = 60_000) => expect.poll(read, { timeout, interval: 100 });

/** What probes.py printed: attack → what it saw. */
function seenIn(text: string): Record<string, string> {
  const lines = [...text.matchAll(/(?:^ *|\]: )([A-Za-z][^:\n]*): (.*)$/gm)].map(([, attack, saw]) => [attack!, saw!.trim()] as const);
  return Object.fromEntries(lines.filter(([attack]) => attack in SEEN));
}

describe('what is not theirs', () => {
  it.each<[string, () => Promise<string>, Partial<typeof SEEN>?]>([
    ['a build', async () => built, IN_A_BUILD],
    ['a dyno', fromDyno],
    ['a one-off dyno', async () => (await shell.run('paas run python3 probes.py')).stdout],
    ['a command inside a dyno', async () => (await shell.run('paas run:inside worker.1 python3 probes.py')).stdout],
  ])('%s', async (_where, attack, otherwise) => {
    expect(seenIn(await attack())).toEqual({ ...SEEN, ...otherwise });
  });

  async function fromDyno(): Promise<string> {
    await attacker.api('PATCH', '/formation', { updates: [{ type: 'worker', quantity: 1 }] });
    await until(log).toMatch(/app\[worker\.1\]: ports of the platform: /);
    return log();
  }
});

describe('all there is', () => {
  it.each<[string, string, number, RegExp]>([
    ['processes', 'fork-bomb', 0, /^fork bomb: at most 2[0-5]\d processes$/m],
    ['memory', 'memory-bomb', 137, /^memory bomb$/m],
    ['open files', 'file-bomb', 0, /^open files: at most 99\d\d in a process$/m],
    // Nothing limits what a dyno writes.
    ['disk and inodes', 'disk-bomb', 0, /^disk bomb: 2000 MB, inode bomb: 20000 files$/m],
  ])('%s', async (_what, bomb, code, saw) => {
    const { stdout, ...ended } = await shell.run(`paas run python3 ${bomb}.py`);
    expect({ stdout, code: ended.code }).toEqual({ stdout: expect.stringMatching(saw), code });
  });

  it('memory: the log says what ended it', async () => {
    await until(log).toMatch(/heroku\[run\.\d+\]: Error R15 \(Memory quota vastly exceeded\)/);
  });

  it('what the kernel counts by user: the neighbour still has what it needs', async () => {
    const bomb = await detached('python3 user-bomb.py');
    await until(log).toContain(`app[${bomb}]: all is taken`);
    const takes = 'import ctypes, fcntl, os; print(ctypes.CDLL(None).inotify_init() > 0, fcntl.fcntl(os.pipe()[0], 1032))';
    const { stdout } = await shell.run(`paas run -a neighbour 'python3 -c "${takes}"'`);
    // A pipe of 64 kB: who is beyond the limit gets pipes of 8 kB.
    expect(stdout.trim()).toBe('True 65536');
    await stop(bomb);
  });

  it('the CPU: the neighbour keeps its share', async () => {
    const { neighbour, cpuOf } = place;
    await neighbour.api('PATCH', '/formation', { updates: [{ type: 'busy', quantity: 1 }] });
    const hog = await detached('python3 cpu-hog.py');
    await until(async () => (await neighbour.api<{ name: string; state: string }[]>('GET', '/dynos')).map((dyno) => dyno.state)).toEqual([
      'up',
      'up',
    ]);
    // Of what both have, half is the neighbour's by right.
    const both = async () => Promise.all([cpuOf('neighbour', 'busy.1'), cpuOf('attacker', hog)]);
    const share = async () => {
      const before = await both();
      await sleep(2_000);
      const [ours = 0, theirs = 0] = (await both()).map((used, index) => used - before[index]!);
      return ours / (ours + theirs);
    };
    await until(share).toBeGreaterThan(0.8 * 0.5);
    await stop(hog);
    await neighbour.api('PATCH', '/formation', { updates: [{ type: 'busy', quantity: 0 }] });
  });
});

describe('to stay, and to be heard', () => {
  it('what has left its parent and session, deaf to every signal, ends with its dyno or build', async () => {
    await until(log, 90_000).toContain(`heroku[${deaf}]: State changed from up to complete`);
    expect(await log()).toContain(`heroku[${deaf}]: Error R12 (Exit timeout)`);
    expect(await place.platform.runs('stays.py')).toBe(false);
  });

  it("the log: ten-megabyte lines are cut, and the neighbour's come as ever", async () => {
    const { platform, neighbour } = place;
    await shell.run('paas run:detached python3 log-flood.py');
    await neighbour.get('/during-the-flood');
    const others = async () => (await shell.run('paas logs -a neighbour -n 300')).stdout;
    await until(others).toMatch(/heroku\[router\]: .*path="\/during-the-flood"/);
    await until(log).toMatch(/app\[run\.\d+\]: y{1000}/);
    expect(Math.max(...(await log()).split('\n').map((line) => line.length))).toBeLessThan(11_000);
    expect(platform.output()).not.toMatch(/x{100}/);
  });

  it('nothing is left of an app that is destroyed', async () => {
    await place.platform.api('DELETE', '/apps/attacker');
    await until(() => place.platform.containers('slipway.app-name=attacker')).toEqual([]);
  });
});

async function detached(command: string): Promise<string> {
  const { stderr } = await shell.run(`paas run:detached "${command}"`);
  return /run\.\d{4}/.exec(stderr)?.[0] ?? '';
}

async function stop(name: string): Promise<void> {
  await shell.run(`paas ps:stop ${name}`);
  await until(log, 90_000).toContain(`heroku[${name}]: State changed from up to complete`);
}
