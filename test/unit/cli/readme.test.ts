// What the README tells people to type is there.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveName } from '../../../src/cli/run.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const README = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
const CONFIG = readFileSync(resolve(ROOT, 'src/config.ts'), 'utf8');

type Env = Record<string, string>;
type Job = { script?: string[]; variables?: Env; env?: Env; steps?: { run?: string; env?: Env }[] };
type Workflow = { jobs?: Record<string, Job> } & { [job: string]: Job };

/** `config` `:get` `:set` → config, config:get, config:set. */
function commandsOfTable(): string[] {
  const rows = README.slice(README.indexOf('| to | commands |')).split('\n\n')[0]!.split('\n').slice(2);
  return rows.flatMap((row) => {
    let base = '';
    return [...row.replaceAll(/\([^)]*\)/g, '').matchAll(/`(:?)([a-z0-9][a-z0-9:-]*)[^`]*`/g)]
      .filter((match) => match[2] !== 'git')
      .map(([, colon, word]) => {
        if (!colon) base = word!;
        return colon ? `${base}:${word}` : word!;
      });
  });
}

describe('README.md', () => {
  it('names commands that are there', () => {
    const commands = [
      ...commandsOfTable(),
      ...[...README.matchAll(/`[^`]*\bpaas ([a-z0-9]+(?::[a-z0-9-]+)*)/g)]
        .map((match) => match[1]!)
        .filter((word) => !['main', 'help'].includes(word)),
    ];
    expect(commands.length).toBeGreaterThan(30);
    for (const command of commands) expect(() => resolveName(command)).not.toThrow();
  });

  describe('has workflows of CI', () => {
    const section = README.slice(README.indexOf('### From CI')).split('\n### ')[0]!;
    const files = [...section.matchAll(/`([^`]+\.yml)`[^`]*(?:`[^`]+`[^`]*)*?```yaml\n([^]*?)```/g)].map(
      ([, file, text]) => [file!, text!] as const,
    );

    it('of the three hosts that have some', () => {
      expect(files.map(([file]) => file)).toEqual(['.github/workflows/deploy.yml', '.gitlab-ci.yml', '.gitea/workflows/deploy.yml']);
    });

    it.each(files)('%s, which is YAML, deploys by commands that are there, and holds no token', (file, text) => {
      const workflow = parse(text) as Workflow;
      const job = (file === '.gitlab-ci.yml' ? workflow : workflow.jobs)!['deploy']!;
      const run = job.script ?? job.steps!.flatMap((step) => step.run ?? []);
      expect(run).toEqual(['paas deploy --app shop']);
      for (const line of run) expect(() => resolveName(line.split(' ')[1]!)).not.toThrow();
      const env: Record<string, string> = Object.assign({}, job.variables, job.env, ...(job.steps ?? []).map((step) => step.env));
      expect(env['PAAS_API_URL']).toBe('https://paas.example.com:8000');
      expect(env['PAAS_API_KEY']).toBe(job.script ? undefined : '${{ secrets.PAAS_API_KEY }}');
    });
  });

  it('names settings that are read', () => {
    const names = [...new Set(README.match(/\bSLIPWAY_[A-Z_]*[A-Z]\b/g))].filter((name) => !name.startsWith('SLIPWAY_BUILD_ENV'));
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !CONFIG.includes(`${name}:`))).toEqual([]);
  });
});
