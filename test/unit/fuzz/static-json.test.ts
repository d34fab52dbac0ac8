// static.json of a static site, as whoever deploys it may write it: one Python process reads many.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { fuzzAll } from './fuzz.js';
import { text } from './inputs.js';

// Like the script itself, but for what is written: what isn't a Problem comes out as it is, with the text that raised it.
const DRIVER = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
from nginx_conf import render
from static_json import Problem, read_site
app, made = sys.argv[2], []
for given in json.load(sys.stdin):
    with open(os.path.join(app, "static.json"), "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(given)
    for trying in (True, False):
        try:
            site = read_site(app, {"NAME": "value", "API": "https://api.example.com", "BAD": "a; evil on;"}, trying)
            text = render(site, port=5000, place="/place", resolvers=["10.0.0.1"], certificates="/none")
            text.encode("utf-8")
            made.append(text)
        except Problem as problem:
            made.append(["problem", *problem.lines])
        except Exception as error:
            made.append(["raised", repr(error)[:500]])
print(json.dumps(made))
`;
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const BREAKS = [
  '; evil on;',
  '"; evil on; "',
  "'; evil on; '",
  '} evil on; {',
  '\\n evil on;',
  '\\"; evil on;',
  '$evil',
  '${NAME}',
  '${BAD}',
  '${NONE}',
  '${API}',
];

let app: string;
beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  mkdirSync(join(app, 'public'));
  writeFileSync(join(app, 'public/index.html'), 'home');
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

/** What nginx reads as words of its own. */
function unquoted(config: string): string {
  return config.replaceAll(/"(?:\\.|[^"\\])*"/gs, '""').replaceAll(/'[^']*'/g, "''");
}

type Made = string | ['problem' | 'raised', ...string[]];

function configure(inputs: string[]): Made[] {
  const run = spawnSync(PYTHON, ['-E', '-s', '-S', '-B', '-c', DRIVER, 'buildpacks/static/serve', app], {
    input: JSON.stringify(inputs),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout) as Made[];
}

fuzzAll<string>({
  name: 'static.json',
  make: text({
    seeds: [
      '{"root": "public", "clean_urls": true, "https_only": true, "error_page": "index.html", "encoding": "UTF-8", ' +
        '"canonical_host": "www.example.com"}',
      '{"root": "public", "routes": {"/a/**": "index.html"}, "redirects": {"/old/*": {"url": "/new", "status": ' +
        '302}, "/b": "https://x/${NAME}"}}',
      '{"root": "public", "headers": {"/**": {"Cache-Control": "no-store", "X-A": "${NAME}"}}, "proxies": {"/api/": ' +
        '{"origin": "${API}/v1"}}}',
      '{"root": "public", "basic_auth": true, "logging": {"access": true, "error": "warn"}}',
    ],
    pieces: [
      ...BREAKS,
      '{"',
      '": ',
      '", "',
      '"}',
      '"root"',
      '"routes"',
      '"headers"',
      '"redirects"',
      '"proxies"',
      '"origin"',
      '"url"',
      '"status"',
      '301',
      '301.0',
      '1e309',
      'true',
      '{"a": ',
      '[',
      '\\ud800',
      '\\u0000',
      '/**',
      '../',
    ],
  }),
  checkAll(inputs) {
    const made = configure(inputs);
    return inputs.map((_, index) => problemOf(made[2 * index]!) ?? problemOf(made[2 * index + 1]!));
  },
});

/** What doesn't hold; null when all does. */
function problemOf(made: Made): string | null {
  if (typeof made !== 'string') return made[0] === 'raised' ? made[1]! : made.join('').length > 4_000 ? 'a problem of many words' : null;
  const words = unquoted(made);
  if (words.includes('evil on')) return `it made its way out of the quotes: ${words}`;
  const depth = [...words].reduce((sum, char) => sum + (char === '{' ? 1 : char === '}' ? -1 : 0), 0);
  return depth === 0 && !words.replaceAll('""', '').includes('"') ? null : `its braces or quotes don't match: ${words}`;
}
