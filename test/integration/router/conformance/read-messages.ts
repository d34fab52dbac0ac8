// Reads what went over a wire back into short texts; as strict as a test needs, and sharing nothing with the router.

/** Set by the router on every request, or said of the connection. */
const OURS = /^(host|connection|x-request-id|x-forwarded-(for|proto|port)|via|connect-time|x-request-start|total-route-time)$/;
const TOLD_ALWAYS = /^(via|date|connection|keep-alive|cache-control|content-type|content-length|transfer-encoding)$/;

interface Message {
  start: string;
  headers: [name: string, value: string][];
  body: string;
  /** What follows it; null where it isn't whole. */
  rest: string | null;
}

/** Each request as `POST /path length=5 x-a=1 "hello"`: those that are whole, and those whose head is. */
export function readRequests(bytes: string): { whole: string[]; begun: string[] } {
  const whole: string[] = [];
  let rest: string | null = bytes;
  while (rest) {
    const message = readMessage(rest, false, false);
    if (!message) break;
    const text = shownRequest(message);
    if (message.rest === null) return { whole, begun: [...whole, shownRequest({ ...message, body: '' })] };
    whole.push(text);
    rest = message.rest;
  }
  return { whole, begun: whole };
}

/** Each answer as `200 x-a=1 "body"`, `400 page`, `103 link=</a>`; one that isn't whole ends in `cut`. */
export function readAnswers(bytes: string, methods: string[]): string[] {
  const answers: string[] = [];
  let final = 0;
  let rest: string | null = bytes;
  while (rest) {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(rest)?.[1] ?? 0);
    const hasNoBody = methods[final] === 'HEAD' || status === 204 || status === 304 || status < 200;
    const message = readMessage(rest, hasNoBody, true);
    if (!message) return [...answers, `unreadable ${JSON.stringify(rest.slice(0, 40))}`];
    answers.push(shownAnswer(message, hasNoBody));
    if (status >= 200) final += 1;
    if (status === 101) return [...answers, ...(message.rest ? [JSON.stringify(message.rest)] : [])];
    rest = message.rest;
  }
  return answers;
}

function readMessage(bytes: string, hasNoBody: boolean, isAnswer: boolean): Message | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [start = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  const rest = bytes.slice(end + 4);
  if (hasNoBody) return { start, headers, body: '', rest };
  if (valueOf(headers, 'transfer-encoding') === 'chunked') return { start, headers, ...readChunks(rest) };
  const length = valueOf(headers, 'content-length');
  if (length === undefined && isAnswer) return { start, headers, body: rest, rest: '' };
  const size = Number(length ?? 0);
  return { start, headers, body: rest.slice(0, size), rest: rest.length < size ? null : rest.slice(size) };
}

function readChunks(bytes: string): { body: string; rest: string | null } {
  let body = '';
  let rest = bytes;
  for (;;) {
    const [line = '', hex = ''] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? [];
    if (line === '') return { body, rest: null };
    const size = parseInt(hex, 16);
    rest = rest.slice(line.length);
    if (size === 0) {
      const trailers = /^((?:[^\r\n]+\r\n)*)\r\n/.exec(rest);
      return { body: body + (trailers?.[1] ? ` + ${trailers[1].trim()}` : ''), rest: trailers ? rest.slice(trailers[0].length) : null };
    }
    body += rest.slice(0, size);
    if (rest.length < size + 2) return { body, rest: null };
    rest = rest.slice(size + 2);
  }
}

function shownRequest({ start, headers, body }: Message): string {
  const shown = headers.filter(([name]) => !OURS.test(name)).map(([name, value]) => `${shortName(name)}=${value}`);
  const host = valueOf(headers, 'host');
  const line = start.replace(/ HTTP\/1\.1$/, '') + (host === 'demo.localhost' ? '' : ` host=${host}`);
  return [line, ...shown, ...(body === '' ? [] : [JSON.stringify(body)])].join(' ');
}

function shownAnswer({ start, headers, body, rest }: Message, hasNoBody: boolean): string {
  const status = start.replace(/^HTTP\/1\.1 /, '').slice(0, 3);
  if (body.startsWith('<!DOCTYPE html>')) return `${status} page${rest === null ? ' cut' : ''}`;
  const always = hasNoBody ? /^(via|date|connection|keep-alive)$/ : TOLD_ALWAYS;
  const shown = headers.filter(([name]) => !always.test(name)).map(([name, value]) => `${shortName(name)}=${value}`);
  const tail = [...(body === '' ? [] : [JSON.stringify(body)]), ...(rest === null ? ['cut'] : [])];
  return [status, ...shown, ...tail].join(' ');
}

function shortName(name: string): string {
  return name === 'content-length' ? 'length' : name === 'transfer-encoding' ? 'coding' : name;
}

function valueOf(headers: [string, string][], name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}
