// Runs the script that makes nginx' configuration, in folders below `top`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

// What is raised and isn't the end that was meant comes out as it is, and fails the test.
const DRIVER = `
import contextlib, io, json, os, sys
sys.path.insert(0, sys.argv[1])
import configure
made = []
for given in json.load(sys.stdin):
    os.environ.clear(), os.environ.update(given["env"])
    said, status = io.StringIO(), 0
    try:
        with contextlib.redirect_stdout(said):
            configure.main(given["args"])
    except SystemExit as end:
        status = 1
        said.write(str(end))
    made.append({"status": status, "said": said.getvalue()})
print(json.dumps(made))
`;
export const SCRIPT = 'buildpacks/static/serve/configure.py';
// Not a version manager's wrapper, which takes longer than the script.
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const FILES = { 'index.html': 'home', 'public/index.html': 'home', 'public/errors/lost.html': 'lost' };

export interface Made {
  status: number;
  said: string;
  config: string;
  place: string;
}

export type Env = Record<string, string>;
/** Files that are null are left out. */
export type Options = { files?: Record<string, string | null>; isTried?: boolean };

export function configure(top: string, json: unknown, env: Env = {}, o: Options = {}): Made {
  return configureAll(top, [[json, env, o]])[0]!;
}

/** Runs the script's `main` for each, all in one process: starting it takes longer than the work. */
export function configureAll(top: string, cases: [json: unknown, env?: Env, o?: Options][]): Made[] {
  const given = cases.map(([json, env = {}, o = {}]) => {
    const dir = mkdtempSync(join(top, 'app-'));
    const files: Record<string, string | null> = {
      ...FILES,
      ...o.files,
      ...(json !== undefined && { 'static.json': typeof json === 'string' ? json : JSON.stringify(json) }),
    };
    for (const [path, text] of Object.entries(files)) {
      if (text === null) continue;
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    return { env: { PORT: '5000', ...env }, args: [...(o.isTried ? ['--try'] : []), dir, mkdtempSync(join(top, 'place-'))] };
  });
  const run = spawnSync(PYTHON, ['-E', '-s', '-S', '-B', '-c', DRIVER, dirname(SCRIPT)], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return (JSON.parse(run.stdout) as { status: number; said: string }[]).map(({ status, said }, index) => {
    const [dir = '', place = ''] = given[index]!.args.slice(-2);
    const config = status === 0 ? readFileSync(join(place, 'nginx.conf'), 'utf8').replaceAll(dir, '/app') : '';
    return { status, said: said.trim(), config, place };
  });
}
