/** Writes all of a stream into one of tar's, at its pace; ends early when that one closes. */
export async function pour(
  from: AsyncIterable<Uint8Array>,
  to: { write(chunk: Uint8Array): boolean; destroyed: boolean; on(event: 'drain' | 'close', hear: () => void): unknown },
): Promise<void> {
  let wake: () => void = () => undefined;
  to.on('drain', () => wake());
  to.on('close', () => wake());
  for await (const chunk of from) {
    if (to.destroyed) return;
    if (!to.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
  }
}
