// What is done about a schedule whose time has come, or has passed.
import { describe, expect, it } from 'vitest';
import { whatIsDue } from '../../../../src/model/schedule/due.js';

const at = (text: string) => new Date(`2026-11-${text}Z`);

function check(cron: string, dueAt: string, now: string, timezone = 'UTC') {
  const { run, missed, next } = whatIsDue({ cron, timezone, dueAt: at(dueAt), now: at(now) });
  const shown = (time: Date) => time.toISOString().slice(8, 16);
  return [run && shown(run), missed && `${missed.isMore ? '>' : ''}${missed.count} from ${shown(missed.first)}`, shown(next)];
}

describe('what is due', () => {
  it.each([
    ['its time has just come', '*/10 * * * *', '28T12:10', '28T12:10:00.004', ['28T12:10', null, '28T12:20']],
    ['it is late by less than five minutes', '*/10 * * * *', '28T12:10', '28T12:14:59', ['28T12:10', null, '28T12:20']],
    ['it is late by just five minutes', '*/10 * * * *', '28T12:10', '28T12:15:00', ['28T12:10', null, '28T12:20']],
    ['it is later', '*/10 * * * *', '28T12:10', '28T12:15:01', [null, '1 from 28T12:10', '28T12:20']],
    ['a short break holds many: the newest runs', '* * * * *', '28T12:00', '28T12:04:30', ['28T12:04', '4 from 28T12:00', '28T12:05']],
    ['a long break ends soon after one', '*/10 * * * *', '28T12:10', '28T13:01:00', ['28T13:00', '5 from 28T12:10', '28T13:10']],
    ['a long break ends long after one', '0 * * * *', '28T08:00', '28T12:30:00', [null, '5 from 28T08:00', '28T13:00']],
    ['a very long break is not counted out', '* * * * *', '01T00:00', '28T12:00:30', ['28T12:00', '>100 from 01T00:00', '28T12:01']],
    ['a night was missed', '0 3 * * *', '27T03:00', '28T12:00:00', [null, '2 from 27T03:00', '29T03:00']],
  ])('when %s', (_words, cron, dueAt, now, expected) => {
    expect(check(cron, dueAt, now)).toEqual(expected);
  });
});
