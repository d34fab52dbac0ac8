// Heroku's commands that paas doesn't have, by name or by topic, and what to do instead.

const DATABASE =
  'Backups are commands here (paas pg:backups), the rest is Heroku\'s own: paas heroku pg:psql. Or: psql "$(paas config:get DATABASE_URL)"';
const STORE = 'Heroku\'s own commands do that: paas heroku redis:info. Or: redis-cli -u "$(paas config:get REDIS_URL)"';
const RUN = 'Run it in a dyno of its own: paas run COMMAND, such as paas run rake db:migrate, or a process type by its name.';
const SSH = 'Run a command inside a dyno instead, with a terminal or in a pipe: paas run:inside web.1 bash';
const CERTIFICATES = 'Let them be made by themselves: paas certs:auto:enable. Or get one elsewhere, and add it: paas certs:add CRT KEY';
const PIPELINES = 'There are no pipelines. Push the same commit to another app: git push staging main, git push production main.';
const LOOK = 'See paas metrics, paas ps and paas logs --source heroku.';
const PLANS = 'Nothing here costs anything: there are no plans.';
const THIS_MACHINE = "That is for Heroku's own service.";

/** Looked up by the whole name first, then by what stands before the first colon. */
const INSTEAD: Readonly<Record<string, string>> = {
  push: 'Deploy with: git push paas main',
  'builds:create': 'Deploy with: git push paas main',
  container: 'Let Slipway build the image: paas stack:set container, and push the app with its Dockerfile: git push paas main',
  console: RUN,
  rake: RUN,
  scheduler: 'Let a command run by the clock: paas schedule:add "*/10 * * * *" -- rake tidy',
  'ps:exec': SSH,
  'ps:copy': SSH,
  'ps:forward': SSH,
  'ps:socks': SSH,
  'ps:autoscale': 'Nothing scales by itself. Scale with: paas ps:scale web=3',
  'addons:docs': 'What an add-on is for is told by its provider: paas addons:open ADDON',
  pg: DATABASE,
  psql: DATABASE,
  data: DATABASE,
  redis: STORE,
  'auth:token': 'A new token: paas authorizations:create --short. The one in use is in ~/.config/slipway/credentials.json.',
  spaces: PLANS,
  usage: PLANS,
  enterprise: PLANS,
  'certs:generate': CERTIFICATES,
  pipelines: PIPELINES,
  reviewapps: PIPELINES,
  ci: PIPELINES,
  features: 'What there is, and what of it is on: paas features',
  labs: 'What there is, and what of it is on: paas features',
  regions: 'There is one region: the machine the platform runs on.',
  'apps:errors': LOOK,
  'apps:favorites': 'See your apps with: paas apps',
  'config:edit':
    'Write them out, edit, and set them again: paas config --shell > vars, then paas config:set < vars. Remove with paas config:unset.',
  'buildpacks:search': "Built in are those of the README's table; any other is named by its git URL: paas buildpacks:set URL",
  'buildpacks:info': "Built in are those of the README's table; any other is named by its git URL: paas buildpacks:set URL",
  'buildpacks:versions': "Built in are those of the README's table; any other is named by its git URL: paas buildpacks:set URL",
  'releases:retry': 'Push again, or go back to a release that worked: paas rollback vN',
  'git:clone': 'Clone the app with git, from the Git URL that paas info shows: git clone URL',
  clone: 'Clone the app with git, from the Git URL that paas info shows: git clone URL',
  local: 'Run the Procfile on your machine with any of its runners, such as foreman. Config vars: paas config --shell > .env',
  dashboard: 'See your apps with: paas apps',
  docs: 'See paas help, and README.md in the directory of Slipway.',
  status: 'Whether the platform is up says its API: GET /healthz, such as curl http://localhost:8000/healthz',
  update: 'paas is updated with Slipway itself: git pull in its directory, then npm start.',
  plugins: 'paas has no plugins; every command has --json for scripts.',
  commands: 'See all commands with: paas help',
  which: 'See all commands with: paas help',
  search: 'See all commands with: paas help',
  notifications: THIS_MACHINE,
  telemetry: THIS_MACHINE,
  accounts: 'Log in to several platforms, and choose with PAAS_API_URL: paas login URL',
  mcp: THIS_MACHINE,
  ai: THIS_MACHINE,
};

/** What to do instead of one of Heroku's commands; undefined when it is none that we know. */
export function insteadOf(typed: string): string | undefined {
  for (let name = typed; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf(':')))) {
    if (Object.hasOwn(INSTEAD, name)) return INSTEAD[name];
  }
  return undefined;
}
