// The key `cron` of an app.json.
import { describe, expect, it } from 'vitest';
import { readAppJsonCron } from '../../../../src/model/schedule/app-json.js';

const tidy = { command: 'rake tidy', schedule: '*/10 * * * *' };
const text = (cron: unknown) => JSON.stringify({ name: 'shop', cron });

describe('the cron of an app.json', () => {
  it('is none where there is none, also in one that is made for something else', () => {
    for (const without of ['', '{"name": "shop"}', '{"cron": null}', '[]', '{not json']) expect(readAppJsonCron(without)).toEqual([]);
  });

  it('is read with its names, which are made of the commands where none are given', () => {
    const poll = { ...tidy, name: 'poll', timezone: 'Europe/Vienna', size: 'Basic', allow_overlap: true };
    expect(readAppJsonCron(text([tidy, poll, tidy]))).toEqual([
      { name: 'rake-tidy', cron: '*/10 * * * *', timezone: 'UTC', command: 'rake tidy', size: null, allowOverlap: false },
      { name: 'poll', cron: '*/10 * * * *', timezone: 'Europe/Vienna', command: 'rake tidy', size: 'Basic', allowOverlap: true },
      { name: 'rake-tidy-2', cron: '*/10 * * * *', timezone: 'UTC', command: 'rake tidy', size: null, allowOverlap: false },
    ]);
  });

  it.each([
    ['{"cron": [', /^app\.json: it is not valid JSON, so its cron can't be read: /],
    [text({}), 'app.json: cron must be a list of objects with command and schedule.'],
    [text(Array.from({ length: 51 }, () => tidy)), 'app.json: cron has 51 entries; 50 are the most.'],
    [text([tidy, 'rake']), 'app.json: cron, entry 2: command must be what to run.'],
    [text([{ command: 'x' }]), 'app.json: cron, entry 1: schedule must be a cron expression, such as "0 3 * * *".'],
    [text([{ ...tidy, schedule: '61 * * * *' }]), 'app.json: cron, entry 1: cron "61 * * * *": invalid value for minute: 61.'],
    [text([{ ...tidy, timezone: 'Mars' }]), /^app\.json: cron, entry 1: timezone "Mars" is not known/],
    [text([{ ...tidy, timezone: 1 }]), 'app.json: cron, entry 1: timezone must be a text.'],
    [text([{ ...tidy, name: 'A b' }]), /^app\.json: cron, entry 1: Name "A b" can only contain/],
    [text([{ ...tidy, allow_overlap: 'yes' }]), 'app.json: cron, entry 1: allow_overlap must be true or false.'],
    [
      text([
        { ...tidy, name: 'a' },
        { ...tidy, name: 'a' },
      ]),
      'app.json: cron, entry 2: the name a is there twice.',
    ],
    [text([{ ...tidy, command: 'x'.repeat(5_000) }]), 'app.json: cron, entry 1: command has more than 4096 characters.'],
    [`{"cron": [], "x": "${'x'.repeat(70_000)}"}`, /^app\.json: it is larger than 64 kB/],
  ])('%# is refused, and what is wrong is said', (given, message) => {
    expect(() => readAppJsonCron(given)).toThrow(message);
  });
});
