import { expect, it } from 'vitest';
import { canParse } from '../../../../src/lib/net/can-parse.js';

it('tells the same of a URL however often it is asked', () => {
  let told = 0;
  for (let time = 0; time < 20_000; time += 1) told += Number(canParse('https://bücher.example/é'));
  expect(told).toBe(20_000);
});

it('tells what is no URL, and what is none without another', () => {
  expect([canParse('x'), canParse('../x'), canParse('../x', 'https://a.example/b/'), canParse('https://')]).toEqual([
    false,
    false,
    true,
    false,
  ]);
});
