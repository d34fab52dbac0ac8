import { expect, it } from 'vitest';
import { losesSignals } from '../../../../src/docker/dyno/hears-signals.js';

const status = (name: string, ids: string) => `Name:\t${name}\nNStgid:\t${ids}\nNSpid:\t${ids}\nNSpgid:\t${ids}\n`;

it.each<[string, string | null, string | null, boolean]>([
  ['runc begins the container', status('runc:[2:INIT]', '4711\t1'), '4712 ', true],
  ['docker-init is there, and nothing else', status('docker-init', '4711\t1'), '', true],
  ['docker-init has begun what it is for', status('docker-init', '4711\t1'), '4712 ', false],
  ['docker-init is there, in an engine inside of a container', status('docker-init', '4711\t815\t1'), '', true],
  ['a process of this machine, whose engine is elsewhere', status('node', '4711'), '', false],
  ['it has ended', null, null, false],
  ['a kernel that tells no children', status('docker-init', '4711\t1'), null, false],
])('%s', (_what, text, children, isLost) => expect(losesSignals(text, children)).toBe(isLost));
