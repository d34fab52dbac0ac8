// The fields of the API's answers that commands read. Shapes: Heroku's Platform API v3.

interface Named {
  id: string;
  name: string;
}

interface Person {
  id: string;
  email: string;
}

export interface Account extends Person {
  name: string | null;
  two_factor_authentication?: boolean;
}

export interface AppResource extends Named {
  git_url: string;
  web_url: string;
  maintenance: boolean;
  acm: boolean;
  owner: Person;
  stack: Named;
  build_stack: Named;
  repo_size: number | null;
  slug_size: number | null;
}

export interface AppSourceResource {
  dir: string | null;
  watch: string[];
  /** Whether the last build had another directory. */
  pending: boolean;
}

export interface FeatureResource extends Named {
  description: string;
  enabled: boolean;
}

export interface StackResource extends Named {
  state: string;
  default: boolean;
}

export type ConfigVarsResource = Record<string, string>;

export interface DynoResource extends Named {
  type: string;
  state: string;
  size: string;
  command: string;
  release: { id: string; version: number };
  updated_at: string;
}

export interface FormationResource {
  type: string;
  quantity: number;
  size: string;
  /** Empty when the release that runs doesn't have the type. */
  command: string;
}

export interface CommitResource {
  id: string;
  author: { name: string; email: string };
  committed_at: string;
  subject: string;
  message: string;
}

export interface ReleaseResource {
  id: string;
  version: number;
  description: string;
  status: 'pending' | 'succeeded' | 'failed' | 'expired';
  current: boolean;
  user: Person;
  eligible_for_rollback?: boolean;
  output_stream_url: string | null;
  slug: { id: string } | null;
  created_at: string;
}

export interface BuildResource {
  id: string;
  status: 'pending' | 'succeeded' | 'failed';
  /** Whether a person ended it: then its status is `failed`. */
  cancelled?: boolean;
  user: Person;
  stack: string;
  buildpacks: { url?: string; name?: string }[] | null;
  output_stream_url: string;
  source_blob: { version: string | null; version_description: string | null };
  release: { id: string } | null;
  slug: { id: string } | null;
  created_at: string;
  updated_at: string;
}

export interface DomainResource {
  id: string;
  hostname: string;
  kind: 'heroku' | 'custom';
  cname: string | null;
  sni_endpoint: Named | null;
  acm_status: string | null;
  acm_status_reason: string | null;
  status: string;
  created_at: string;
}

export interface SniEndpointResource extends Named {
  /** Ids of those that use it. */
  domains: string[];
  ssl_cert: {
    'ca_signed?': boolean;
    'self_signed?': boolean;
    cert_domains: string[];
    expires_at: string;
    starts_at: string;
    issuer: string;
    subject: string;
  };
}

export interface BuildpackInstallation {
  ordinal: number;
  buildpack: { url: string; name: string };
}

export interface AuthorizationResource {
  id: string;
  description: string;
  scope: string[];
  access_token: { id: string; token: string; expires_in: number | null } | null;
  /** Those it is for; null for all. */
  apps?: { name: string }[] | null;
  created_at: string;
  last_used_at?: string | null;
}

export interface UserResource extends Person {
  name: string | null;
}

interface MetricsSpan {
  start_time: string;
  end_time: string;
  /** Seconds; each list has a value for each. */
  step: number;
}

export interface RouterMetricsResource extends MetricsSpan {
  /** Of `all`, then of each class. */
  statuses: { status: string; count: number[]; p50: (number | null)[]; p95: (number | null)[]; p99: (number | null)[] }[];
}

export interface DynoMetricsResource extends MetricsSpan {
  dynos: { type: string; name: string; memory: (number | null)[]; memory_max: (number | null)[]; load: (number | null)[] }[];
}

export interface GitConnectionResource {
  url: string;
  branch: string;
  host: string;
  auto: boolean;
  has_credentials: boolean;
  deploy_key: { public_key: string; added_at: string | null; failure: string | null } | null;
  host_keys: string[];
  commit: string | null;
  failure: string | null;
  status_failure: string | null;
  deployment_failure: string | null;
  wait_for_ci: boolean;
  waiting_for: string | null;
  looked_at: string | null;
  user: Person;
  webhook: { url: string; secret?: string; heard_at: string | null; refused: number; refused_at: string | null; refusal: string | null };
}

export interface ScheduleRunResource {
  id: string;
  state: 'running' | 'succeeded' | 'failed' | 'skipped' | 'missed';
  reason: string | null;
  exit_status: number | null;
  dyno: Named | null;
  schedule: Named;
  /** Null when somebody asked for it. */
  due_at: string | null;
  created_at: string;
  ended_at: string | null;
}

export interface ScheduleResource extends Named {
  cron: string;
  timezone: string;
  command: string;
  origin: 'people' | 'app.json';
  next_run_at: string;
  last_run: Omit<ScheduleRunResource, 'schedule'> | null;
}
