// When a cron expression runs next, by the clock of a time zone; and what is said of one that can't be read.
import { describe, expect, it } from 'vitest';
import { checkTimes, nextRun } from '../../../../src/model/schedule/cron.js';

const at = (text: string) => new Date(`${text}Z`);

/** The next runs after a time, in UTC. */
function runs(cron: string, timezone: string, after: string, count: number): string[] {
  let time = at(after);
  return Array.from({ length: count }, () => (time = nextRun({ cron, timezone }, time)).toISOString().slice(0, 16));
}

describe('the next run', () => {
  it.each([
    ['*/10 * * * *', 'UTC', '2026-11-28T12:05', ['2026-11-28T12:10', '2026-11-28T12:20']],
    ['*/10 * * * *', 'UTC', '2026-11-28T12:10', ['2026-11-28T12:20']],
    ['0 3 * * *', 'Europe/Vienna', '2026-11-28T12:00', ['2026-11-29T02:00']],
    ['0 9 * * MON-FRI', 'America/New_York', '2026-11-28T12:00', ['2026-11-30T14:00', '2026-12-01T14:00']],
    ['30 4 1,15 * 5', 'UTC', '2026-11-28T12:00', ['2026-12-01T04:30', '2026-12-04T04:30', '2026-12-11T04:30', '2026-12-15T04:30']],
    ['0 0 29 2 *', 'UTC', '2026-11-28T12:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['@daily', 'Asia/Kolkata', '2026-11-28T12:00', ['2026-11-28T18:30']],
  ])('of %s in %s', (cron, timezone, after, expected) => {
    expect(runs(cron, timezone, after, expected.length)).toEqual(expected);
  });

  it.each([
    ['of a time of day that is not there comes when the hour is over', '30 2 * * *', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['of the hour after it is its own', '0 3 * * *', ['2026-03-29T01:00', '2026-03-30T01:00']],
    ['of every half hour goes on', '*/30 * * * *', ['2026-03-29T00:00', '2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30']],
  ])('in Vienna, when clocks are set forwards from 2 to 3: that %s', (_words, cron, expected) => {
    expect(runs(cron, 'Europe/Vienna', '2026-03-28T23:30', expected.length)).toEqual(expected);
  });

  it.each([
    ['of a time of day comes once', '30 2 * * *', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['of 3 is an hour later by UTC', '0 3 * * *', ['2026-10-25T02:00', '2026-10-26T02:00']],
    ['of every half hour goes on', '*/30 * * * *', ['2026-10-25T00:00', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30']],
  ])('in Vienna, when clocks are set back from 3 to 2: that %s', (_words, cron, expected) => {
    expect(runs(cron, 'Europe/Vienna', '2026-10-24T23:30', expected.length)).toEqual(expected);
  });

  it.each([
    ['Europe/Vienna', '2026-03-28T12:00'],
    ['America/New_York', '2026-10-31T12:00'],
    ['Australia/Lord_Howe', '2026-04-04T06:00'],
  ])('in %s is always later, and the same from just before it, while clocks change', (timezone, start) => {
    for (const cron of ['0 * * * *', '15 2 * * *', '*/20 1-3 * * *']) {
      let time = at(start);
      for (let i = 0; i < 24; i += 1) {
        const next = nextRun({ cron, timezone }, time);
        expect(next.getTime()).toBeGreaterThan(time.getTime());
        expect(nextRun({ cron, timezone }, new Date(next.getTime() - 1))).toEqual(next);
        time = next;
      }
    }
  });
});

describe('what is refused', () => {
  it.each([
    ['', 'UTC', 'cron "": it is empty; it has five fields: minute, hour, day of the month, month, day of the week.'],
    ['rake tidy', 'UTC', 'cron "rake tidy": it has 2 fields of five: minute, hour, day of the month, month, day of the week.'],
    ['*', 'UTC', 'cron "*": it has 1 field of five: minute, hour, day of the month, month, day of the week.'],
    ['*/5 * * * * *', 'UTC', 'cron "*/5 * * * * *": it has 6 fields; a schedule has five, and runs at most once a minute.'],
    ['61 * * * *', 'UTC', 'cron "61 * * * *": invalid value for minute: 61.'],
    ['* 24 * * *', 'UTC', 'cron "* 24 * * *": invalid value for hour: 24.'],
    ['*/0 * * * *', 'UTC', 'cron "*/0 * * * *": syntax error, illegal stepping: 0.'],
    ['* * * * someday', 'UTC', /^cron "\* \* \* \* someday": .+\.$/],
    ['0 0 30 2 *', 'UTC', 'cron "0 0 30 2 *": there is no such day, so it would never run.'],
    ['@reboot', 'UTC', 'cron "@reboot": there are @hourly, @daily, @weekly, @monthly and @yearly; all else has five fields.'],
    ['2026-11-28T12:00:00', 'UTC', /1 field of five/],
    [`${'1,'.repeat(500)}1 * * * *`, 'UTC', /: it has more than 200 characters\.$/],
    ['* * * * *', 'Mars/Base', 'timezone "Mars/Base" is not known. Names are such as Europe/Vienna, America/New_York or UTC.'],
  ])('%j in %s', (cron, timezone, message) => {
    expect(() => checkTimes({ cron, timezone })).toThrow(message);
  });
});
