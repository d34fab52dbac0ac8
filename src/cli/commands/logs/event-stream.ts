// Streams of text: lines, and server-sent events.

export interface StreamEvent {
  id: string | undefined;
  data: string;
}

/** Splits a stream of bytes into lines; a last one without an end counts. */
export async function* readLines(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.map((line) => line.replace(/\r$/, ''));
  }
  if (rest !== '') yield rest;
}

/** Reads server-sent events of the default kind; comments and other kinds are passed over. */
export async function* readEvents(stream: AsyncIterable<unknown>): AsyncGenerator<StreamEvent> {
  let id: string | undefined;
  let kind = 'message';
  let data: string[] = [];
  for await (const line of readLines(stream)) {
    const [, field, value] = /^(\w+):? ?(.*)$/.exec(line) ?? [];
    if (field === 'data') data.push(value!);
    if (field === 'id') id = value;
    if (field === 'event') kind = value!;
    if (line !== '') continue;
    if (data.length > 0 && kind === 'message') yield { id, data: data.join('\n') };
    data = [];
    kind = 'message';
  }
}
