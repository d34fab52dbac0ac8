import { expect, test } from 'vitest';
import { openActivity } from '../../../../src/router/table/activity.js';

function open() {
  let now = 100;
  const activity = openActivity(() => now);
  return { ...activity, at: (ms: number) => void (now = ms) };
}

test('a request counts from its begin to its end', () => {
  const activity = open();
  const end = activity.begin('a');
  activity.at(200);
  expect([...activity.seen()]).toEqual([['a', 200]]);
  end();
  end();
  activity.at(300);
  expect([...activity.seen()]).toEqual([['a', 200]]);
});

test('what was told is forgotten, and what came meanwhile or goes on is not', () => {
  const activity = open();
  activity.begin('ended')();
  const [end] = [activity.begin('going on')];
  activity.begin('again')();
  const told = activity.seen();
  activity.at(200);
  activity.begin('again')();
  activity.forget(told);
  expect([...activity.seen()].sort()).toEqual([
    ['again', 200],
    ['going on', 200],
  ]);
  end();
  activity.forget(activity.seen());
  expect([...activity.seen()]).toEqual([]);
});
