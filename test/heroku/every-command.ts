// How each command of Heroku's client is tried against an API without dynos: the words that are typed after `heroku`.

interface Typed {
  type: string;
  /** What a later one needs of what this prints: `{name}` stands for it. */
  keep?: { name: string; pattern: string };
}

/** Typed in this order, before all others. `{keyFile}` is a public key, `{session}` is known beforehand. */
export const IN_ORDER: readonly Typed[] = [
  { type: 'apps:create other --no-remote' },
  { type: 'apps:stacks -a shop' },
  { type: 'apps:stacks:set slipway-13 -a shop' },
  { type: 'apps:diff shop other' },
  { type: 'apps:open / -a shop' },
  { type: 'clients:create Tool https://tool.test/cb -s', keep: { name: 'client', pattern: 'HEROKU_OAUTH_ID=(\\S+)' } },
  { type: 'clients:rotate {client} -s', keep: { name: 'secret', pattern: 'HEROKU_OAUTH_SECRET=(\\S+)' } },
  { type: 'clients' },
  { type: 'clients:info {client}' },
  { type: 'clients:update {client} --name Other' },
  { type: 'authorizations:create -d mine', keep: { name: 'authorization', pattern: 'ID: +(\\S+)' } },
  { type: 'authorizations' },
  { type: 'authorizations:info {authorization}' },
  { type: 'authorizations:update {authorization} -d ours --client-id {client} --client-secret {secret}' },
  { type: 'authorizations:rotate {authorization}' },
  { type: 'authorizations:revoke {authorization}' },
  { type: 'clients:destroy {client}' },
  { type: 'sessions' },
  { type: 'sessions:destroy {session}' },
  { type: 'keys:add {keyFile}' },
  { type: 'keys' },
  { type: 'keys:clear' },
  { type: 'buildpacks:add https://example.com/b.git -a shop' },
  { type: 'buildpacks:remove https://example.com/b.git -a shop' },
  { type: 'certs:auto -a shop' },
  { type: 'config:edit -a shop' },
  { type: 'features:info preboot -a shop' },
  { type: 'labs:enable log-runtime-metrics -a shop' },
  { type: 'labs:info log-runtime-metrics -a shop' },
  { type: 'labs:disable log-runtime-metrics -a shop' },
  { type: 'domains:add www.example.org -a shop' },
  { type: 'domains:info www.example.org -a shop' },
  { type: 'domains:wait www.example.org -a shop' },
  { type: 'domains:remove www.example.org -a shop' },
  { type: 'regions' },
  { type: 'git:remote -a shop' },
  { type: 'pipelines:create pipe -s staging -a shop' },
  { type: 'members:add you@example.com -t team -r member' },
];

/** What isn't tried, and why. */
export const NOT_TRIED: Readonly<Record<string, string>> = {
  'auth:login': 'works, in the browser and with -i: login.test.ts',
  autocomplete: "on one's own machine: sets a shell up",
  'autocomplete:create': "on one's own machine: sets a shell up",
  'autocomplete:doctor': "on one's own machine: sets a shell up",
  'autocomplete:options': "on one's own machine: sets a shell up",
  'autocomplete:script': "on one's own machine: sets a shell up",
  'certs:generate': "on one's own machine: asks questions, runs openssl",
  console: 'as run, with what Rails has',
  rake: 'as run, with what Rails has',
  'container:run': "on one's own machine: runs docker",
  'data:pg:docs': "opens a page of Heroku's own in a browser",
  'data:pg:migrate': 'asks questions at a terminal before it asks the API',
  'git:credentials': 'works: git runs it at each push',
  run: 'needs dynos: works on a whole platform',
  'run:detached': 'needs dynos: works on a whole platform',
  'run:inside': 'needs dynos: works on a whole platform',
  'git:clone': "runs git clone with the app's URL, as git does by itself",
  local: "on one's own machine: runs the Procfile",
  'local:run': "on one's own machine: runs a command",
  'mcp:start': "on one's own machine: a server that goes on",
  repl: "on one's own machine: asks for commands",
};
