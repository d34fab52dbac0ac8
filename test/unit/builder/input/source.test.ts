import { describe, expect, it } from 'vitest';
import { compressionOf } from '../../../../src/builder/input/source.js';

describe('a source', () => {
  it.each([
    [[0x1f, 0x8b, 8], 'gzip'],
    [[0x2e, 0x2f], 'none'],
  ])('that begins with %j is %s', (bytes, compression) => {
    expect(compressionOf(Buffer.from(bytes))).toBe(compression);
  });

  it.each([
    ['PK\x03\x04', 'a zip'],
    ['BZh9', 'a bzip2'],
    ['\xfd7zXZ', 'an xz'],
    ['\x28\xb5\x2f\xfd', 'a zstd'],
  ])('that begins with %j is refused as %s', (text, name) => {
    expect(() => compressionOf(Buffer.from(text, 'latin1'))).toThrow(`The source is ${name} archive; send a .tar or a .tar.gz.`);
  });
});
