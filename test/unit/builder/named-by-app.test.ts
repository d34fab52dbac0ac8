// Buildpacks that an app names in a file, and what buildpacks report.
import { describe, expect, it } from 'vitest';
import { readNamedBuildpacks } from '../../../src/builder/buildpacks/named-by-app.js';
import { readReport } from '../../../src/builder/result/report.js';

describe('buildpacks that an app names', () => {
  it.each([
    [
      '.buildpacks',
      '\uFEFF# comment\r\nheroku/nodejs\r\n\n  https://example.com/a.git#v1  \n',
      ['heroku/nodejs', 'https://example.com/a.git#v1'],
    ],
    ['.buildpacks', '', []],
    [
      'app.json',
      '{"name": "x", "buildpacks": [{"url": "heroku/ruby"}, {"url": "https://example.com/x.tgz"}]}',
      ['heroku/ruby', 'https://example.com/x.tgz'],
    ],
    ['app.json', '{"buildpacks": []}', []],
    ['app.json', '{"name": "an Expo app"}', []],
    ['app.json', 'no JSON', []],
    ['app.json', 'null', []],
    ['app.json', '{"buildpacks": "heroku/ruby"}', []],
  ])('in %s %j', (file, text, named) => {
    expect(readNamedBuildpacks(file, text)).toEqual(named);
  });

  it.each([
    ['.buildpacks', 'heroku/nodejs\ncobol\n', /^\.buildpacks, line 2: "cobol" is not a buildpack: use one of /],
    ['app.json', '{"buildpacks": [{}]}', /^app\.json, buildpack 1: "" is not a buildpack/],
    ['.buildpacks', 'heroku/nodejs\n'.repeat(21), /^\.buildpacks names 21 buildpacks; 20 are the most\.$/],
  ])('in %s %j are refused', (file, text, message) => {
    expect(() => readNamedBuildpacks(file, text)).toThrow(message);
  });
});

describe('a report', () => {
  it.each([
    ['Node.js\n{"node_version": "24.1.0", "ok": true}', { buildpack: 'Node.js', report: { node_version: '24.1.0', ok: true } }],
    ['Go\nversion: 1.26\nfailure: null', { buildpack: 'Go', report: { version: 1.26, failure: null } }],
    ['X\njust words', { buildpack: 'X', report: 'just words' }],
    ['X\na: b: c: {', { buildpack: 'X', report: 'a: b: c: {' }],
    ['X\n[1, 2]', { buildpack: 'X', report: '[1, 2]' }],
    ['', { buildpack: '', report: '' }],
  ])('%j', (field, report) => {
    expect(readReport(field)).toEqual(report);
  });
});
