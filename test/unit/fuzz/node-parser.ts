// Node's own HTTP parser, fed by hand: what it makes of the same bytes.
import { createRequire } from 'node:module';

interface NodeParser {
  initialize(type: number, resource: object): void;
  execute(bytes: Buffer): number | Error;
  [callback: number]: (...args: never[]) => number | void;
}

interface NodeParserClass {
  new (): NodeParser;
  REQUEST: number;
  RESPONSE: number;
  kOnHeaders: number;
  kOnHeadersComplete: number;
  kOnBody: number;
  kOnMessageComplete: number;
}

const require = createRequire(import.meta.url);
const { HTTPParser, methods } = require('_http_common') as { HTTPParser: NodeParserClass; methods: string[] };

export interface Message {
  /** `GET /` or `200`. */
  start: string;
  headers: string[];
  body: string;
  isWhole: boolean;
}

/** Messages as far as it reads them; the last may not be whole. `isHead`: the answers are to HEAD. */
export function readByNode(bytes: Buffer, kind: 'requests' | 'answers', isHead = false): Message[] {
  const parser = new HTTPParser();
  const messages: Message[] = [];
  let flushed: string[] = [];
  let isUpgrade = false;
  parser.initialize(kind === 'requests' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {});
  parser[HTTPParser.kOnHeaders] = (headers: string[]) => void flushed.push(...headers);
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    headers: string[] | undefined,
    method: number,
    url: string,
    status: number,
    _reason: string,
    upgrade: boolean,
  ) => {
    const start = kind === 'requests' ? `${methods[method]} ${url}` : String(status);
    messages.push({ start, headers: headers ?? flushed, body: '', isWhole: false });
    flushed = [];
    isUpgrade = upgrade;
    return upgrade ? 2 : isHead ? 1 : 0;
  };
  parser[HTTPParser.kOnBody] = (chunk: Buffer) => {
    messages.at(-1)!.body += chunk.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    messages.at(-1)!.isWhole = true;
  };
  parser.execute(bytes);
  return isUpgrade ? messages.slice(0, -1) : messages;
}
