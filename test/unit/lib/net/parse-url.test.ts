import { expect, it } from 'vitest';
import { parseUrl } from '../../../../src/lib/net/parse-url.js';

it('tells the same of a URL however often it is asked', () => {
  let told = 0;
  for (let time = 0; time < 20_000; time += 1) told += Number(parseUrl('https://bücher.example/é') !== null);
  expect(told).toBe(20_000);
});

it('tells what is no URL, and what is none without another', () => {
  const told = [parseUrl('x'), parseUrl('../x'), parseUrl('../x', 'https://a.example/b/'), parseUrl('https://')];
  expect(told.map((url) => url !== null)).toEqual([false, false, true, false]);
});
