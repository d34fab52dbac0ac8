// Bytes that arrive in parts: however they are cut, they say the same.
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable, type Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { readJson } from '../../../src/api/body.js';
import { readResult } from '../../../src/builder/result/result-reader.js';
import { demux } from '../../../src/docker/demux.js';
import { eachRecord, type RecordKind } from '../../../src/dynos/output/engine-records.js';
import { endPending, joinRecord, type Pending } from '../../../src/dynos/output/join-record.js';
import { makeStreamReader } from '../../../src/dynos/output/stream-records.js';
import { openBody } from '../../../src/git/request-body.js';
import { parseBatch } from '../../../src/hook/commit.js';
import { readCancelKey, readPgRequest, readRedisHello } from '../../../src/providers/port/first-words.js';
import { formatLine, parseLine } from '../../../src/model/logs/log-line.js';
import { cleanText, MAX_LINE_BYTES } from '../../../src/model/logs/log-text.js';
import { openTreeReader } from '../../../src/model/git/tree-listing.js';
import { accepted, acceptedLater, fuzz } from './fuzz.js';
import { bytes, parts, text } from './inputs.js';

const latin1 = (written: string) => Buffer.from(written, 'latin1');

describe('builds:', () => {
  /** What a reader hears, and how it ends. */
  async function read(pieces: Buffer[]): Promise<string[]> {
    const heard: string[] = [];
    const receiver = {
      field: (key: string, value: string) => void heard.push(`${key}=${value}`),
      blob(name: string) {
        let whole = '';
        return {
          write: async (part: Buffer) => void (whole += part.toString('latin1')),
          end: async () => void heard.push(`${name}: ${whole}`),
        };
      },
    };
    try {
      return [...heard, String(await readResult(Readable.from(pieces), receiver)), ...heard];
    } catch (error) {
      expect((error as Error).message).toMatch(/^the result of the build has a (line that is too long|part of length ".{0,130}")$/s);
      return [...heard, 'refused'];
    }
  }

  fuzz({
    name: 'the result of one',
    make: bytes({
      seeds: [latin1('detected 7\nNode.js\nreport 0\n\nblob slug\n5\nhello3\n\n0\n0\nblob deps\n0\nprocfile 5\nweb:x\ndone\n')],
      pieces: ['blob ', 'slug\n', '5\n', 'hello', '0\n', 'done\n', 'key ', 'fffff\n', '262144\n', '\n'].map(latin1),
    }),
    async check(input, random) {
      expect(await read(parts(random, input))).toEqual(await read([input]));
    },
  });

  const frame = (stream: number, said: string) => Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, said.length]), latin1(said)]);
  fuzz({
    name: "a container's two outputs",
    make: bytes({
      seeds: [Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, '')])],
      pieces: [frame(1, 'x'), frame(2, 'y'), frame(3, 'z')],
    }),
    async check(input, random) {
      const hear = async (pieces: Buffer[]) => {
        const [out, err] = [new PassThrough(), new PassThrough()];
        const [said, told] = [out, err].map((stream) => stream.setEncoding('latin1').toArray());
        await demux(Readable.from(pieces) as unknown as Duplex, out, err);
        return [(await said!).join(''), (await told!).join('')];
      };
      expect(await hear(parts(random, input))).toEqual(await hear([input]));
    },
  });

  fuzz({
    name: "a commit's files",
    make: bytes({
      seeds: [latin1(`100644 blob ${'a'.repeat(40)}      12\tx/.gitattributes\x00160000 commit ${'b'.repeat(40)}       -\tlib\x00`)],
      pieces: [`100644 blob ${'c'.repeat(40)} `, '7\ta\x00', '\x00', '\t', '160000 commit '].map(latin1),
    }),
    check(input, random) {
      const read = (pieces: Buffer[]) =>
        accepted(() => {
          const reader = openTreeReader({ paths: 50, bytes: 10_000 });
          for (const piece of pieces) reader.read(piece);
          return reader.facts();
        });
      const facts = read([input]);
      expect(read(parts(random, input))).toEqual(facts);
      for (const { commit } of facts?.links ?? []) expect(commit).toMatch(/^[0-9a-f]{40,64}$/);
      expect((facts?.links.length ?? 0) + (facts?.attributes.length ?? 0)).toBeLessThanOrEqual(50);
    },
  });

  fuzz({
    name: 'objects of git',
    make: bytes({
      seeds: [latin1(`${'a'.repeat(40)} commit 5\nhello\nx missing\n`)],
      pieces: [latin1(`${'b'.repeat(40)} blob `), latin1('3\nabc\n'), latin1(' missing\n')],
    }),
    check(input) {
      const objects = parseBatch(input, 3);
      expect(objects).toHaveLength(3);
      for (const object of objects) expect((object?.text ?? '').length).toBeLessThanOrEqual(input.length);
    },
  });
});

describe('request bodies:', () => {
  const MAX_BYTES = 5_000;
  const asRequest = (pieces: Buffer[], headers: object) => Object.assign(Readable.from(pieces), { headers }) as unknown as IncomingMessage;

  fuzz({
    name: "a git client's",
    make: bytes({
      seeds: [
        gzipSync('0032want 0a53e9ddeaddad63ad106860237bbf53411d11a7\n00000009done\n'),
        gzipSync(Buffer.alloc(200_000)),
        latin1('0000'),
      ],
      pieces: [Buffer.from([0x1f, 0x8b, 8, 0]), latin1('0032want '), latin1('0000')],
    }),
    async check(input, random) {
      const problems: number[] = [];
      const encoding = random.pick(['gzip', 'gzip', 'x-gzip', 'identity', undefined, 'br']);
      const body = openBody(asRequest(parts(random, input), { 'content-encoding': encoding }), {
        maxBytes: MAX_BYTES,
        stallMs: 10_000,
        onProblem: ({ status }) => void problems.push(status),
      });
      let length = 0;
      body.on('data', (chunk: Buffer) => (length += chunk.length));
      // It has an end, or a problem after which nothing more comes.
      while (!body.readableEnded && problems.length === 0) await new Promise((resolve) => setImmediate(resolve));
      body.destroy();
      expect(problems.length).toBeLessThan(2);
      // A chunk of zlib's is 16 kB.
      expect(length).toBeLessThanOrEqual(Math.max(MAX_BYTES + 16_384, encoding?.endsWith('gzip') ? 0 : input.length));
    },
  });

  fuzz({
    name: "the API's",
    make: bytes({
      seeds: [latin1('{"a": [1, 2, {"b": null}]}'), latin1('[]')],
      pieces: ['{', '}', '[', ']', '"', '":', '\\u', '1e999', '{"__proto__": '].map(latin1),
    }),
    async check(input, random) {
      await acceptedLater(() => readJson(asRequest(parts(random, input), {})));
    },
  });
});

describe("dynos' output:", () => {
  const record = (log: string, stream = 'stdout') => `${JSON.stringify({ log, stream, time: '2026-03-13T15:08:07.123456789Z' })}\n`;
  type Heard = [stream: string, time: string, text: string, kind: RecordKind];

  /** Nothing of a line may move a reader's terminal, look like a second one, or be longer than lines are. */
  function checkLines(records: Heard[]): void {
    const lines: string[] = [];
    const pending: Pending = {};
    const hear = (_time: string, said: string) => void lines.push(said);
    for (const [stream, time, said, kind] of records) joinRecord(pending, { stream: stream as 'stdout', time, text: said, kind }, hear);
    endPending(pending, hear);
    // eslint-disable-next-line no-control-regex
    expect(lines.filter((line) => /[\x00-\x08\n-\x1a\x1c-\x1f\u2028\u2029]|\x1b(?!\[[0-9;:]*m)/.test(line))).toEqual([]);
    expect(lines.filter((line) => Buffer.byteLength(line) > MAX_LINE_BYTES)).toEqual([]);
  }

  fuzz({
    name: "the engine's files",
    make: text({
      seeds: [record('hello\n'), record('part'), record('\x1b[31mred\x1b[0m "quoted" \\ é\n', 'stderr'), `{"log":"cut off${record('x\n')}`],
      pieces: [record('x\n'), record('y'), '{"log":"', '","stream":"stdout","time":"', '\\n', '"}\n', '\\u001b', '\n'],
    }),
    check(written) {
      // An engine escapes these, whatever is said.
      // eslint-disable-next-line no-control-regex
      const input = written.replaceAll(/[\x00-\x09\x0b-\x1f\u2028\u2029]/g, '');
      const heard: Heard[] = [];
      const unreadable = eachRecord(input, (...each) => void heard.push(each));
      expect(heard.length + unreadable).toBe(input.split('\n').length - 1);
      checkLines(heard);
      // As a plain JSON parser reads it.
      for (const line of input.split('\n').slice(0, -1)) {
        if (!/^\{"log":"(?:[^"\\]|\\.)*","stream":"(stdout|stderr)","time":"[^"\\]*"\}$/.test(line)) continue;
        let parsed: { log: string; stream: string; time: string } | null = null;
        try {
          parsed = JSON.parse(line) as { log: string; stream: string; time: string };
        } catch {
          continue;
        }
        const { log, stream, time } = parsed;
        const [first] = collect(`${line}\n`);
        expect(first?.slice(0, 3)).toEqual([stream, time, log.endsWith('\n') ? log.slice(0, -1) : log]);
      }
    },
  });

  function collect(chunk: string): Heard[] {
    const heard: Heard[] = [];
    eachRecord(chunk, (...each) => void heard.push(each));
    return heard;
  }

  const frame = (said: string) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, said.length]), latin1(said)]);
  fuzz({
    name: "the engine's stream",
    make: bytes({
      seeds: [Buffer.concat([frame('2026-03-13T15:08:07.1Z hello\n'), frame('2026-03-13T15:08:07.2Z part')])],
      pieces: [frame('2026-03-13T15:08:07.1Z x\n'), latin1(' '), latin1('\n')],
    }),
    check(input, random) {
      for (const hasTty of [false, true]) {
        const hear = (pieces: Buffer[]) => {
          const heard: Heard[] = [];
          const take = makeStreamReader(hasTty, (...each) => void heard.push(each));
          for (const piece of pieces) take(piece);
          return heard;
        };
        const whole = hear([input]);
        expect(hear(parts(random, input))).toEqual(whole);
        checkLines(whole);
      }
    },
  });

  fuzz({
    name: 'a line',
    make: text({
      seeds: ['hello \x1b[1;31mred\x1b[0m', '\x1b]0;title\x07x\x1b\\', 'heroku[web.1]: State changed from up to down'],
      pieces: ['\x1b[', '\x1b]', '\x1b', '\x07', 'm', '2J', '\r\n', '\u009b', ']: '],
    }),
    check(input) {
      const cleaned = cleanText(input);
      expect(cleanText(cleaned)).toBe(cleaned);
      const printed = formatLine({ time: NOON, source: 'app', ps: 'web.1', text: input });
      expect(printed).not.toMatch(/[\r\n\u2028\u2029]/);
      expect(parseLine(printed)).toEqual({ time: NOON, source: 'app', ps: 'web.1', text: cleaned });
    },
  });

  const NOON = Date.UTC(2026, 2, 13, 12);
});

describe('the data port:', () => {
  const hello = ['*2\r\n', '$4\r\n', 'AUTH\r\n', '$6\r\n', 'secret\r\n', 'HELLO', '\n', ' '].map(latin1);
  const words = [
    [0, 0, 0, 8, 4, 210, 22, 47],
    [0, 0, 0, 17, 0, 3, 0, 0],
    [0, 0, 0, 16, 4, 210, 22, 46],
    [75, 0, 0, 0, 12],
  ].map((each) => Buffer.from(each));
  /** Whoever has understood or refused something says the same when more has come. */
  const isSettled = <T>(read: (bytes: Buffer) => T | 'more', input: Buffer) => {
    const heard = Array.from({ length: Math.min(input.length, 60) }, (_, at) => JSON.stringify(read(input.subarray(0, at + 1))));
    const settled = heard.filter((each) => each !== '"more"');
    expect([new Set(settled).size <= 1, heard.lastIndexOf('"more"') < heard.length - settled.length]).toEqual([true, true]);
  };
  fuzz({
    name: 'what clients of PostgreSQL say first',
    make: bytes({
      seeds: [Buffer.concat([words[1]!, latin1('user\0me\0\0')])],
      pieces: [...words, latin1('user\0'), latin1('database\0x\0')],
    }),
    check: (input) => isSettled(readPgRequest, input),
  });
  fuzz({
    name: 'what clients of Redis say first',
    make: bytes({ seeds: [latin1('*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n'), latin1('AUTH secret\n')], pieces: hello }),
    check: (input) => isSettled(readRedisHello, input),
  });
  fuzz({
    name: 'what a server says first',
    make: bytes({ seeds: [Buffer.concat([words[3]!, Buffer.alloc(8)])], pieces: words }),
    check: (input) => isSettled(readCancelKey, input),
  });
});
