import { expect, test, vi } from 'vitest';
import { urlHost } from '../../../src/start/home/addresses.js';
import { banner } from '../../../src/start/screen/banner.js';
import { describeRemoved } from '../../../src/start/down.js';
import { procfileLines } from '../../../src/start/foreman.js';
import { holdLines } from '../../../src/start/screen/held-lines.js';
import { remedy, whyNot } from '../../../src/start/machine/install.js';
import { linePrinter } from '../../../src/start/screen/line-printer.js';
import { chooseLink } from '../../../src/start/machine/link-paas.js';
import { homeSetting } from '../../../src/start/machine/paas-command.js';
import { preflight } from '../../../src/start/preflight.js';
import { openProgress } from '../../../src/start/screen/progress.js';
import { socketDirectory } from '../../../src/start/machine/socket-directory.js';
import { isWorthSaying } from '../../../src/start/screen/worth-saying.js';

const docker = { what: 'Docker Engine', packages: ['docker.io', 'iptables'], otherwise: 'or set DOCKER_HOST' };

test.each([
  [false, true, true, 'SLIPWAY_INSTALL=no forbids installing it'],
  [true, true, false, 'only Debian and Ubuntu are known to install it on'],
  [true, false, true, 'only root can install it'],
  [true, true, true, undefined],
])('installing: allowed %s, root %s, Debian %s', (mayInstall, isRoot, isDebian, why) => {
  expect(whyNot(mayInstall, isRoot, isDebian)).toBe(why);
});

test('what is missing is told with the command to run', () => {
  expect(remedy(docker, true)).toBe('run `sudo apt-get install docker.io iptables`, or set DOCKER_HOST, then try again.');
  expect(remedy({ what: 'Redis', packages: ['redis-server'] }, false)).toBe('install Redis by hand, then try again.');
});

test.each([
  ['linux', '20.19.0', true, undefined],
  ['linux', '24.0.1', true, undefined],
  ['linux', '20.18.3', true, /Node 20.19 or newer is needed, this is 20.18.3/],
  ['linux', '18.20.0', false, /Node 20\.19(.|\n)*git is missing/],
  ['darwin', '22.0.0', true, /Slipway runs on Linux, this is darwin/],
])('preflight on %s with Node %s, git %s', (platform, nodeVersion, hasGit, wanted) => {
  const look = () => preflight({ platform, nodeVersion, hasGit });
  if (wanted) expect(look).toThrow(wanted);
  else expect(look).not.toThrow();
});

test('our Procfile', () => {
  expect(procfileLines('# ours\nweb: node web.js --port=1\n\nrouter:node router.js\n')).toEqual([
    { name: 'web', command: 'node web.js --port=1' },
    { name: 'router', command: 'node router.js' },
  ]);
});

test('lines carry their process, with colour on a terminal only', () => {
  const print = (isTTY: boolean, noColour: boolean) => {
    let text = '';
    linePrinter(['web', 'router'], { screen: { write: (piece) => (text += piece), isTTY }, noColour })('web', 'hello');
    return text;
  };
  expect(print(false, false)).toBe('web    | hello\n');
  expect(print(true, true)).toBe('web    | hello\n');
  expect(print(true, false)).toBe('\x1b[36mweb    |\x1b[0m hello\n');
});

test('lines of processes hold nothing that the terminal obeys', () => {
  let text = '';
  linePrinter(['web'], { screen: { write: (piece) => (text += piece), isTTY: true }, noColour: true })(
    'web',
    'Error: a\u001B]0;t\u0007\u009B\u202Eb',
  );
  expect(text).toBe('web | Error: a\\u001b]0;t\\u0007\\u009b\\u202eb\n');
});

test('held lines come out at once when released, not at all when dropped, and only the latest are kept', () => {
  const seen: string[] = [];
  const held = holdLines((_, line) => seen.push(line), 2);
  for (const line of ['a', 'b', 'c']) held.write('web', line);
  expect(seen).toEqual([]);
  held.release();
  held.write('web', 'd');
  expect(seen).toEqual(['b', 'c', 'd']);

  const dropped = holdLines((_, line) => seen.push(line));
  dropped.write('web', 'e');
  dropped.drop();
  dropped.write('web', 'f');
  expect(seen).toEqual(['b', 'c', 'd', 'f']);
});

test('of both kinds of held lines only the wanted ones are shown', () => {
  const seen: string[] = [];
  const held = holdLines((_, line) => seen.push(line));
  held.write('web', 'at=listening port=1');
  held.write('web', 'at=bus-error connection=x error="gone"');
  held.release(isWorthSaying);
  held.write('web', 'at=up app=demo');
  held.write('web', 'Error: out of memory');
  expect(seen).toEqual(['at=bus-error connection=x error="gone"', 'Error: out of memory']);
});

test.each([
  ['at=up app=demo dyno=web.1 ms=812', false],
  ['at=stopped process=web', false],
  ['at=boot-failed app=demo error="no route"', true],
  ['at=firewall-not-in-force reason="no iptables"', true],
  ['(node:1) MaxListenersExceededWarning: leak', true],
  ['    at main.js:1:2', true],
  ['ended with SIGKILL; starting it again in 200 ms', true],
])('%s is worth saying: %s', (line, isWorth) => expect(isWorthSaying(line)).toBe(isWorth));

test('commands that the banner names work in another terminal', () => {
  const ready = {
    api_url: 'http://127.0.0.1:1',
    git_url: 'http://127.0.0.1:1',
    router_url: 'http://127.0.0.1:2',
    rendezvous_url: 'rendezvous://127.0.0.1:3',
    token_file: '/srv/a b/admin.token',
    pid: 1,
  };
  const own = banner({
    ready,
    domain: 'localhost',
    home: '/srv/a b',
    paas: '/opt/slipway/bin/paas',
    homeSetting: homeSetting({ home: '/srv/a b', isDefaultHome: false }),
  });
  expect(own).toContain(
    "\n  SLIPWAY_HOME='/srv/a b' /opt/slipway/bin/paas login --admin\n  /opt/slipway/bin/paas create\n  git push paas main\n",
  );
  expect(own).toContain("\n  SLIPWAY_HOME='/srv/a b' npm run down\n");
  const usual = banner({
    ready,
    domain: 'localhost',
    home: '/var/lib/slipway',
    paas: 'paas',
    homeSetting: homeSetting({ home: '/var/lib/slipway', isDefaultHome: true }),
  });
  expect(usual).toContain('\n  paas login --admin\n');
  expect(usual).toContain('apps go on running, but their URLs refuse');
});

test.each([
  ['/usr/bin:/usr/local/bin', true, '/usr/local/bin/paas'],
  ['/usr/bin', true, null],
  ['/home/me/.local/bin:/usr/local/bin', false, '/home/me/.local/bin/paas'],
  ['/usr/local/bin', false, null],
])('on the PATH %s, root %s, paas is linked at %s', (PATH, isRoot, link) =>
  expect(chooseLink({ PATH, HOME: '/home/me' }, isRoot)).toBe(link),
);

test('a long step says how long it took', async () => {
  let text = '';
  let now = 0;
  const progress = openProgress({ write: (piece) => (text += piece) }, () => now);
  expect(await progress.step('Building', async () => (now += 12_345))).toBe(12_345);
  await progress.step('Looking', async () => (now += 10));
  await expect(progress.step('Failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(text).toBe('-----> Building\n       took 12 s\n-----> Looking\n-----> Failing\n');
});

test('a step never takes more than a line of the screen', async () => {
  vi.useFakeTimers();
  let text = '';
  const progress = openProgress({ write: (piece) => (text += piece), isTTY: true, columns: 40 });
  const step = progress.step('Removing containers, networks, volumes and images', (at) => {
    at('3 containers left');
    return new Promise((done) => setTimeout(done, 2_500));
  });
  await vi.advanceTimersByTimeAsync(3_000);
  await step;
  vi.useRealTimers();
  const redrawn = text.split('\r\x1b[K').slice(1, -1);
  expect(redrawn.length).toBeGreaterThan(0);
  expect(redrawn.filter((line) => line.length >= 40)).toEqual([]);
});

test('what down removed', () => {
  expect(describeRemoved({ containers: 2, networks: 1, volumes: 0, images: 0, keptNetworks: [] })).toBe('2 containers, 1 network removed');
  expect(describeRemoved({ containers: 0, networks: 0, volumes: 0, images: 0, keptNetworks: [] })).toBe('there was nothing to remove');
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
  ['10.0.0.5', '10.0.0.5'],
])('bind %s is reached at %s', (bind, host) => expect(urlHost(bind)).toBe(host));

test('a home too deep for sockets keeps them elsewhere', () => {
  expect(socketDirectory('/var/lib/slipway/redis', 'slipway-x-redis')).toBe('/var/lib/slipway/redis');
  expect(socketDirectory(`/${'é'.repeat(41)}`, 'slipway-x-redis')).toMatch(/\/slipway-x-redis$/);
});
