import { expect, test } from 'vitest';
import { isStuckText, restartCommand, troubleText } from '../../../src/docker/engine-watch.js';

const SAID = 'docker: stuck, it starts and stops nothing any more (docker network ls hangs); ';

test.each([
  ['one that Slipway started', { dockerHost: '', isOurs: true }, `${SAID}Slipway restarts it`],
  [
    "another machine's",
    { dockerHost: 'tcp://build.example.com:2375', isOurs: false },
    `${SAID}its operator has to restart it: sudo systemctl restart docker on build.example.com`,
  ],
])('a stuck engine: %s', (_, o, said) => {
  expect(troubleText('stuck', o)).toBe(said);
  expect(isStuckText(said)).toBe(true);
});

test('one that is away is not stuck', () => {
  expect(troubleText('away', { dockerHost: '', isOurs: false })).toBe('docker: not reachable');
  expect(isStuckText('docker: not reachable')).toBe(false);
  expect(isStuckText(undefined)).toBe(false);
});

test('this machine’s engine is restarted by its service', () => {
  expect(restartCommand('')).toMatch(/^sudo (systemctl restart docker|service docker restart)$/);
});
