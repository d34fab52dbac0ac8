// Asks the Python pack's own code about apps: in one process, since each start costs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Files = Record<string, string>;

export interface Case {
  files: Files;
  env?: Record<string, string>;
  /** Versions that can be fetched, or why none can. */
  others?: string[] | string;
}

export interface Plan {
  MANAGER: string;
  PYTHON_VERSION: string;
  PYTHON_ORIGIN: string;
  PACKAGES_KEY: string;
  INSTALLS_APP: string;
  READ: string[];
  WARNINGS: string[];
}

export type Outcome = { plan: Plan } | { problem: string; lines: string[] };

const LIB = resolve('buildpacks/python/lib');
const DRIVER = `
import json, os, sys
sys.path.insert(0, ${JSON.stringify(LIB)})
from plan import make_plan
from problem import Problem
said = []
for case in json.load(sys.stdin):
    os.chdir(case["dir"])
    try:
        said.append({"plan": make_plan("3.11.2", lambda: case["others"], case["env"])})
    except Problem as problem:
        said.append({"problem": problem.id, "lines": list(problem.lines)})
print(json.dumps(said))
`;

/** What plan.py makes of each app, on a stack with Python 3.11.2. */
export function planAll(cases: Case[]): Outcome[] {
  return inDirectories(
    cases.map((each) => each.files),
    (dirs) => {
      const input = JSON.stringify(
        cases.map((each, index) => ({ dir: dirs[index], env: each.env ?? {}, others: each.others ?? 'it is out of reach' })),
      );
      return JSON.parse(run('python3', ['-I', '-B', '-c', DRIVER], input)) as Outcome[];
    },
  );
}

/** Whether each version lies in its range; an error where it isn't a range. */
export function satisfyAll(pairs: (readonly [string, string])[]): (boolean | 'error')[] {
  const script = `
import json, sys
sys.path.insert(0, ${JSON.stringify(LIB)})
from versions import satisfies
def ask(version, wanted):
    try:
        return satisfies(version, wanted)
    except ValueError:
        return "error"
print(json.dumps([ask(*pair) for pair in json.load(sys.stdin)]))
`;
  return JSON.parse(run('python3', ['-I', '-B', '-c', script], JSON.stringify(pairs))) as (boolean | 'error')[];
}

/** What a bash script prints in each directory, with the pack's parts at hand. */
export function bashAll(apps: Files[], script: string): string[] {
  const prelude = `LIB=${LIB}; for part in django default-web; do source $LIB/$part.sh; done\n`;
  return inDirectories(apps, (dirs) => dirs.map((dir) => run('bash', ['-c', `cd ${dir}\n${prelude}${script}`], '').trimEnd()));
}

function inDirectories<T>(apps: Files[], use: (dirs: string[]) => T): T {
  const top = mkdtempSync(join(tmpdir(), 'slipway-python-'));
  try {
    const dirs = apps.map((files, index) => {
      const dir = join(top, String(index));
      mkdirSync(dir);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, name)), { recursive: true });
        writeFileSync(join(dir, name), text, { mode: 0o755 });
      }
      return dir;
    });
    return use(dirs);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function run(program: string, args: string[], input: string): string {
  const ended = spawnSync(program, args, { input, encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(ended.stderr || String(ended.error));
  return ended.stdout;
}
