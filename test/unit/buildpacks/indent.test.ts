// What a step of the app says, on its way through the filter that indents it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

/** The filter as a process of its own. */
function indenting() {
  const script = `source ${resolve('buildpacks/lib/common.sh')}; indent`;
  return spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

it('shows each line once it is said, also while nothing comes after it', async () => {
  const { stdin, stdout } = indenting();
  stdin.write('first\n\nthe last for a long time\n');
  let said = '';
  while (!said.endsWith('time\n')) said += String(((await once(stdout, 'data')) as [Buffer])[0]);
  expect(said).toBe('       first\n       \n       the last for a long time\n');
  stdin.end();
});

it('leaves out blank lines before the first word, and no others', async () => {
  const { stdin, stdout } = indenting();
  stdin.end('\n\none\n\ntwo\n\n');
  expect(await text(stdout)).toBe('       one\n       \n       two\n       \n');
});
