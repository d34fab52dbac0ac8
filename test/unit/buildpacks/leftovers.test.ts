// What a step of the app leaves running in the background, with the step's output open.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

/** What is said of a step, read to its end as the buildpacks of ours read it, and the step's status. In a process group of its own. */
async function said(step: string): Promise<string[]> {
  const script = `
    set -o pipefail
    source ${resolve('buildpacks/lib/common.sh')}
    LEFT_LOOK_S=0.2
    alone bash -c "$1" 2>&1 | tee /dev/null | indent
    echo "status $?"`;
  const { stdout } = spawn('bash', ['-c', script, 'bash', step], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  return (await text(stdout)).trimEnd().split('\n');
}

it('is ended when it does nothing', async () => {
  expect(await said('sleep 1000 & exit 3')).toEqual(['       Ended what was left running in the background: sleep', 'status 3']);
});

it('may go on while it works, itself or by what it has started', async () => {
  const busy = 'end=$((SECONDS + 3)); while [ $SECONDS -lt $end ]; do :; done; echo late';
  const lines = await said(`(${busy}) & (bash -c '${busy} deep' | cat) & echo begun`);
  expect(lines.sort()).toEqual(['       begun', '       late', '       late deep', 'status 0']);
});

it('is no matter where it holds nothing open', async () => {
  const [pid, status] = await said('sleep 1000 >/dev/null 2>&1 & echo $!');
  expect(status).toBe('status 0');
  process.kill(Number(pid));
});
