// engines.node → version: the table of what people write.
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { bundledNpm, resolveNode } from '../../../buildpacks/nodejs/lib/versions.mjs';

const semver: unknown = createRequire(import.meta.url)('semver');
const VERSIONS = [
  '0.10.48',
  '14.21.3',
  '16.20.2',
  '18.20.7',
  '18.20.8',
  '20.20.2',
  '22.11.0',
  '22.23.3',
  '24.20.0',
  '24.21.0',
  '25.9.0',
  '26.10.0',
];

describe('a version of Node.js', () => {
  it.each([
    [undefined, '24.21.0', false],
    ['', '24.21.0', false],
    ['24.x', '24.21.0', false],
    ['>=18', '24.21.0', true],
    ['*', '24.21.0', true],
    ['^20 || ^22', '22.23.3', false],
    ['v22.11.0', '22.11.0', false],
    ['22', '22.23.3', false],
    ['~0.10', '0.10.48', false],
    ['18 - 20', '20.20.2', false],
    ['20.x.x', '20.20.2', false],
    [' 22.x', '22.23.3', false],
    ['>=25', '26.10.0', true],
    ['lts/*', '24.21.0', false],
    ['lts/iron', '20.20.2', false],
    ['latest', '26.10.0', true],
  ])('is found for %j', (wanted, version, isWide) => {
    expect(resolveNode(wanted, VERSIONS, semver)).toEqual({ version, isWide });
  });

  it.each(['foo bar', '"20"', 'stable', 'lts/none'])('is refused for %j, which is no range', (wanted) => {
    const found = resolveNode(wanted, VERSIONS, semver);
    expect(found.isInvalid).toBe(true);
    expect(found.problem?.[0]).toBe(`engines.node ${JSON.stringify(wanted)} in package.json is not a version or a range of versions.`);
  });

  it('that cannot be had is refused with those that can', () => {
    expect(resolveNode('18.1.0', VERSIONS, semver).problem).toEqual([
      'No Node.js "18.1.0" (engines.node in package.json) can be had.',
      'Of Node.js 18 there are: 18.20.8, 18.20.7.',
    ]);
    expect(resolveNode('99.x', VERSIONS, semver).problem?.[1]).toBe(
      'There are: 26.10.0, 25.9.0, 24.21.0, 22.23.3, 20.20.2, 18.20.8, 16.20.2, 14.21.3, 0.10.48.',
    );
  });
});

describe("npm's version", () => {
  it.each([
    ['4.9.1', 2],
    ['6.17.1', 3],
    ['14.21.3', 6],
    ['16.20.2', 8],
    ['20.20.2', 10],
    ['26.10.0', 11],
  ])('in Node.js %s is %i', (node, npm) => {
    expect(bundledNpm(node)).toBe(npm);
  });
});
