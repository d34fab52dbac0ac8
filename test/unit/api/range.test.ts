import { describe, expect, it } from 'vitest';
import { contentRange, nextRange, parseRange, takeRange } from '../../../src/api/range.js';

const PROPERTIES = ['version', 'id'] as const;
const items = [3, 1, 2, 10, 5].map((version) => ({ version, id: `id-${version}` }));

function take(header: string) {
  const range = parseRange(header, PROPERTIES);
  const page = takeRange(items, range);
  return { versions: page.items.map((item) => item.version), content: contentRange(page, range), next: nextRange(page, range) };
}

describe('a range', () => {
  it.each([
    ['', [1, 2, 3, 5, 10]],
    ['version ..', [1, 2, 3, 5, 10]],
    ['version ..; order=desc', [10, 5, 3, 2, 1]],
    ['version ..; order=desc,max=1', [10]],
    ['version ..; max=2, order=desc', [10, 5]],
    ['version ..;max=2;order=desc;', [10, 5]],
    ['id ..; max=1000;', [1, 10, 2, 3, 5]],
    ['version 2..5', [2, 3, 5]],
    ['version ]2..5', [3, 5]],
    ['version ]2..5[', [3]],
    ['version [2..5]', [2, 3, 5]],
    ['version ]5..; order=desc', [3, 2, 1]],
    ['version 5..2; order=desc', [5, 3, 2]],
    ['version 11..', []],
    ['  version   ..  ', [1, 2, 3, 5, 10]],
  ])('%j', (header, versions) => {
    expect(take(header).versions).toEqual(versions);
  });

  it('leads from piece to piece, in both orders', () => {
    for (const first of [
      'version ..; max=2',
      'version ..; max=2, order=desc',
      'id ..; max=2',
      'version 2..10; max=2',
      'version 2..10[; max=2',
    ]) {
      const whole = take(first.replace('max=2', 'max=1000')).versions;
      const seen: number[] = [];
      for (let next: string | null = first; next !== null;) {
        const piece = take(next);
        seen.push(...piece.versions);
        next = piece.next;
      }
      expect(seen, first).toEqual(whole);
    }
  });

  it('tells what it holds and what comes next', () => {
    expect(take('version ..; max=2')).toEqual({ versions: [1, 2], content: 'version 1..2', next: 'version ]2..; max=2' });
    expect(take('version 11..')).toEqual({ versions: [], content: null, next: null });
  });

  it('loses none of those that share a value, in both orders', () => {
    const twins = ['b', 'a', 'd', 'c'].map((id, index) => ({ id, name: index < 3 ? 'web.1' : 'web.2' }));
    for (const order of ['asc', 'desc']) {
      const seen: string[] = [];
      for (let next: string | null = `name ..; max=1, order=${order}`; next !== null;) {
        const range = parseRange(next, ['name', 'id']);
        const page = takeRange(twins, range);
        seen.push(...page.items.map(({ id }) => id));
        next = nextRange(page, range);
      }
      expect(seen).toEqual(order === 'asc' ? ['b', 'a', 'd', 'c'] : ['c', 'd', 'a', 'b']);
    }
  });

  it('gives at most 200 unless asked, at most 1000 ever', () => {
    const many = Array.from({ length: 1500 }, (_, version) => ({ version }));
    expect(takeRange(many, parseRange('', PROPERTIES)).items).toHaveLength(200);
    expect(takeRange(many, parseRange('version ..; max=99999', PROPERTIES)).items).toHaveLength(1000);
  });

  it.each([
    'nonsense',
    'bytes=0-10',
    'name ..',
    'version',
    'version 1',
    'version ..; max=0',
    'version ..; max=-1',
    'version ..; max=x',
    'version ..; order=up',
    'version ..; colour=red',
    `version ${'['.repeat(5000)}`,
    `version ${'.'.repeat(30_000)} x`,
    `version ..${';'.repeat(5000)}x=1`,
  ])('that makes no sense is refused: %.40j', (header) => {
    expect(() => parseRange(header, PROPERTIES)).toThrow(expect.objectContaining({ id: 'requested_range_not_satisfiable' }));
  });
});
