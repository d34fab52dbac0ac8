import { expect, it } from 'vitest';
import { openPlaces } from '../../../../src/lib/async/places.js';

it('there are so many, each is left once, and then somebody else may have it', () => {
  const places = openPlaces(2);
  const [first, second] = [places.take(), places.take()];
  expect(places.take()).toBeNull();
  first!();
  first!();
  expect(places.take()).not.toBeNull();
  expect(places.take()).toBeNull();
  second!();
  expect(places.take()).not.toBeNull();
  expect(openPlaces(0).take()).toBeNull();
});
