import { expect, test } from 'vitest';
import { findServicePlan } from '../../../src/providers/plan.js';
import { parsePlanFile } from '../../../src/providers/plan-file.js';
import { PLANS } from '../../../src/providers/postgresql/plans.js';

test('one of the plans is the default', () => {
  expect(PLANS.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual(['essential-0']);
  expect(findServicePlan(PLANS, 'heroku-postgresql:essential-1')?.memoryMb).toBe(512);
  expect(findServicePlan(PLANS, 'heroku-postgresql:huge')).toBeUndefined();
});

test("the operator's table stands for all of it", () => {
  const text =
    '- {name: tiny, memory: 128, connections: 5, disk: 256}\n- {name: big, title: Big, memory: 8192, connections: 100, disk: 9999, cents: 700, default: true}\n';
  expect(parsePlanFile(text)).toEqual([
    { name: 'tiny', title: 'tiny', cents: 0, memoryMb: 128, connections: 5, diskMb: 256, isDefault: false },
    { name: 'big', title: 'Big', cents: 700, memoryMb: 8192, connections: 100, diskMb: 9999, isDefault: true },
  ]);
  expect(parsePlanFile('- {name: tiny, memory: 128, connections: 5, disk: 256}')[0]?.isDefault).toBe(true);
  expect(parsePlanFile('- {name: tiny, memory: 128, connections: 5, disk: 256, backups: 3}')[0]?.backups).toEqual({
    byHand: 3,
    days: 7,
    weeks: 4,
  });
});

const fine = 'memory: 256, connections: 5, disk: 256';
test.each([
  ['', '  must be a list of plans'],
  ['[]', '  needs one plan at least'],
  [`- {name: A, ${fine}}`, '  plan 1, name: must be lowercase letters'],
  [`- {name: a, ${fine}}\n- {name: a, ${fine}}`, '  no two plans may have the same name'],
  ['- {name: a, memory: 1, connections: 0, disk: 256}', '  plan 1, memory: must be megabytes, a whole number from 64'],
  ['- {name: a, memory: 1, connections: 0, disk: 256}', '  plan 1, connections: must be a number of connections'],
  [`- {name: a, ${fine}, default: true}\n- {name: b, ${fine}, default: true}`, '  one plan is the default, not more'],
  [`- {name: a, ${fine}, cpu: 2}`, '  plan 1: there is no cpu; a plan has name, title'],
  ['- {', '  '],
])('%j is refused', (text, says) => {
  expect(() => parsePlanFile(text)).toThrow(says);
});

test('what is too long is refused', () => {
  expect(() => parsePlanFile(`# ${'x'.repeat(70_000)}`)).toThrow('  it is longer than 64 kB');
});
