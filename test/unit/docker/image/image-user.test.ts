// USER of an image by its own passwd and group, as numbers; root is nobody's.
import { expect, it } from 'vitest';
import { numbersOf } from '../../../../src/docker/image/image-user.js';

const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nalice:x:0:0::/:/bin/sh\n' +
  'web:x:101:0::/:/bin/sh\nbad:x:one:1::/:/bin/sh\nhuge:x:4294967296:1::/:/bin/sh\n1001:x:0:0::/:/bin/sh\n';
const GROUP = 'root:x:0:\nwww:x:33:node\nwheel:x:0:\n';

it.each<[string, string | null]>([
  ['', '20000:20000'],
  ['root', '20000:20000'],
  ['0', '20000:20000'],
  ['00:33', '20000:20000'],
  ['alice', '20000:20000'],
  ['alice:www', '20000:20000'],
  ['node', '1000:1000'],
  ['node:www', '1000:33'],
  ['node:wheel', '1000:1000'],
  ['node:', '1000:1000'],
  ['web', '101:101'],
  ['1000', '1000:1000'],
  ['1001', '1001:1001'],
  ['4242', '4242:4242'],
  ['4242:7', '4242:7'],
  ['4242:0', '4242:4242'],
  ['4294967296', null],
  ['huge', null],
  ['bad', null],
  ['nobody-here', null],
  ['node:nobody-here', null],
  ['-1', null],
])('USER %j is %j', (user, numbers) => expect(numbersOf(user, PASSWD, GROUP)).toBe(numbers));

it('without files a number is itself, and a name nobody', () => {
  expect(numbersOf('1000', '', '')).toBe('1000:1000');
  expect(numbersOf('node', '', '')).toBeNull();
});
