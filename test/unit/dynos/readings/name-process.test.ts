import { expect, it } from 'vitest';
import { nameProcess } from '../../../../src/dynos/readings/name-process.js';

const status = (name: string, state = 'S (sleeping)') => `Name:\t${name}\nUmask:\t0022\nState:\t${state}\nPid:\t4711\nNSpid:\t4711\t14\n`;

it.each([
  ['the app’s', status('node'), 'node\0server.js\0--password=secret\0', 'node (14)'],
  ['the app’s shell', status('bash'), 'bash\0-c\0npm start\0', 'bash (14)'],
  ['the app’s perl', status('perl'), 'perl\0-e\0sleep\0', 'perl (14)'],
  ['docker-init', status('docker-init'), '/sbin/docker-init\0--\0perl\0', null],
  ['what keeps a dyno', status('perl'), 'perl\0-X\0-t\0-e\0my $tty\0', null],
  ['one that has ended', status('node', 'Z (zombie)'), '', null],
  ['one that is gone', null, null, null],
])('%s', (_about, text, command, name) => {
  expect(nameProcess((file) => (file === 'status' ? text : command))).toBe(name);
});
