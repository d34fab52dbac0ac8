import tar from 'tar-stream';
import { expect, it } from 'vitest';
import { countLayers } from '../../../src/builder/container/layer-limits.js';

const MB = 1024 * 1024;
const limits = { slugMb: 5, diskMb: 10, base: { diffIds: new Set(['base']), bytes: 2 * MB } };

it('the bytes of layers are counted over all of them, with what the base may bring', () => {
  const counted = countLayers(limits);
  counted.packed(4 * MB);
  counted.packed(3 * MB);
  expect(() => counted.packed(1)).toThrow(/^The image is too large: what it adds to its base takes more than 5M packed\./);
  counted.unpacked(22 * MB);
  expect(() => counted.unpacked(1)).toThrow('The image is too large: unpacked, it holds more than 20 MB beyond its base.');
});

it("the base's layers don't count in the end", () => {
  const layers = [
    { diffId: 'base', size: 100 * MB },
    { diffId: 'own', size: 5 * MB },
  ];
  countLayers(limits).all(layers);
  expect(() => countLayers(limits).all([...layers, { diffId: 'more', size: 1 }])).toThrow(/too large/);
});

it.each([1, 511, 512, 65_536])('entries are counted in parts of %d bytes, whatever they hold', async (part) => {
  const pack = tar.pack();
  const long = `${'a/'.repeat(120)}b`;
  for (let index = 0; index < 20; index += 1) pack.entry({ name: index % 2 ? long : `f${index}` }, 'x'.repeat(index * 100));
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const look = (most: number) => {
    const count = countLayers(limits).openTar(most);
    for (let at = 0; at < bytes.length; at += part) count(bytes.subarray(at, at + part));
  };
  look(20);
  expect(() => look(19)).toThrow('A layer of the image has more than 19 files.');
});
