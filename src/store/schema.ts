// The tables, as Kysely sees them: nouns with camelCase names; CamelCasePlugin maps them to snake_case columns.
import type { ColumnType, Generated } from 'kysely';
import type { App } from '../model/app.js';
import type { Build, BuildReport, CommitTold, Submodule } from '../model/build/build.js';
import type { Container } from '../model/build/container.js';
import type { BackupSchedule } from '../model/backup/schedule.js';
import type { Transfer } from '../model/backup/transfer.js';
import type { GitConnection } from '../model/connection/connection.js';
import type { AuditChange, AuditEvent } from '../model/audit/audit.js';
import type { AcmStatus } from '../model/domain/acm.js';
import type { Certificate } from '../model/domain/certificate.js';
import type { Domain } from '../model/domain/domain.js';
import type { Dyno } from '../model/dyno.js';
import type { AttachSession, OneOff } from '../model/run/one-off.js';
import type { FeatureName } from '../model/run/app-feature.js';
import type { FormationEntry } from '../model/formation.js';
import type { LogDrain } from '../model/logs/drain.js';
import type { Point } from '../model/metrics/point.js';
import type { Release, ReleasedAttachment } from '../model/release.js';
import type { Slug, SlugLayer } from '../model/build/slug.js';
import type { Addon, Attachment, Plan } from '../model/addon/addon.js';
import type { Environment, Manifest } from '../model/addon/manifest.js';
import type { Schedule, ScheduleRun, ScheduleWish } from '../model/schedule/schedule.js';
import type { Topic, Topics } from '../model/outbox/outbox.js';
import type { OauthClient, OauthCode } from '../model/people/oauth.js';
import type { SshKey } from '../model/people/ssh-key.js';
import type { AppTransfer, Collaborator, TeamMember } from '../model/people/team.js';
import type { Authorization, User } from '../model/user.js';
import type { Delivery, Payload, Webhook, WebhookEvent } from '../model/webhook/webhook.js';

type Made = 'id' | 'createdAt' | 'updatedAt';
type Row<T> = { [K in keyof T]: K extends Made ? Generated<T[K]> : T[K] };
/** Null until it is known. */
type Late<T> = ColumnType<T | null, T | null | undefined, T | null>;
/** What an add-on begins without. */
type Unset = 'wantedPlanId' | 'providerId' | 'message' | 'askedAt' | 'acceptedAt';
/** What isn't known of a repository at first. */
type Unknown =
  | 'tip'
  | 'waitingFor'
  | 'waitingSince'
  | 'failure'
  | 'statusFailure'
  | 'askedAt'
  | 'heardAt'
  | 'lookedAt'
  | 'keyAddedAt'
  | 'keyFailure'
  | 'hostKeys'
  | 'refusedAt'
  | 'refusal'
  | 'deploymentFailure';
/** What a run of a schedule begins without, or never has. */
type RunsLater = 'reason' | 'dynoId' | 'dynoName' | 'exitStatus' | 'endedAt';
/** What a transfer begins without. */
type TransfersLater = keyof Omit<Transfer, Made | 'appId' | 'addonId' | 'num' | 'kind' | 'isScheduled' | 'name' | 'userId'>;
type Json<T> = ColumnType<T, string, string>;

export interface Schema {
  users: Omit<Row<User>, 'twoFactor'> & { twoFactor: Generated<boolean>; isTeam: Generated<boolean> };
  collaborators: Row<Collaborator>;
  teamMembers: Row<TeamMember>;
  appTransfers: Row<AppTransfer>;
  authorizations: Omit<Row<Authorization>, 'scope' | 'apps' | 'clientId' | 'refreshHash' | 'refreshHint'> & {
    clientId: Late<string>;
    refreshHash: Late<string>;
    refreshHint: Late<string>;
    scope: Json<string[]>;
    apps: ColumnType<string[] | null, string | null, never>;
  };
  passwords: { userId: string; hash: string; updatedAt: Date };
  twoFactors: { userId: string; secretSealed: Buffer; lastStep: number };
  recoveryCodes: { userId: string; codeHash: string };
  sshKeys: Row<SshKey>;
  oauthClients: Row<OauthClient>;
  oauthCodes: Omit<OauthCode, 'scope'> & {
    codeHash: string;
    scope: Json<OauthCode['scope']>;
    expiresAt: Date;
    usedAt: Late<Date>;
    authorizationId: Late<string>;
  };
  passwordResets: { userId: string; secretHash: string; expiresAt: Date };
  apps: Omit<Row<App>, 'acm' | 'locked'> & {
    acm: Generated<boolean>;
    locked: Generated<boolean>;
    configSealed: Buffer | null;
    releaseCounter: Generated<number>;
    cacheEpoch: Generated<number>;
    features: Generated<FeatureName[]>;
    sourceDir: Late<string>;
    watchPaths: Generated<string[]>;
    errorPageUrl: Late<string>;
    maintenancePageUrl: Late<string>;
  };
  builds: Omit<Row<Build>, 'buildpacks' | 'reports' | 'submodules' | 'gitRef' | 'connectionId' | 'commitTold' | 'sourceDir'> & {
    gitRef: Late<string>;
    connectionId: Late<string>;
    commitTold: ColumnType<CommitTold | null, string | undefined, string>;
    sourceDir: Late<string>;
    buildpacks: Json<string[]>;
    reports: ColumnType<BuildReport[], string | undefined, string>;
    submodules: ColumnType<Submodule[], string | undefined, string>;
  };
  buildLogins: { buildId: string; loginSealed: Buffer };
  buildOutputs: { buildId: string; output: string };
  slugs: Omit<Row<Slug>, 'processTypes' | 'base' | 'container' | 'cron'> & {
    cron: ColumnType<ScheduleWish[], string | undefined, string>;
    container: ColumnType<Container | null, string | null, string | null>;
    processTypes: Json<Record<string, string>>;
    base: ColumnType<SlugLayer[], string | undefined, string>;
  };
  releases: Omit<Row<Release>, 'attachments'> & {
    attachments: ColumnType<ReleasedAttachment[], string | undefined, never>;
    configSealed: Buffer | null;
  };
  releaseOutputs: { releaseId: string; output: string };
  formations: Row<FormationEntry>;
  dynos: Omit<Row<Dyno>, 'oneOff' | 'restartAskedAt'> & { oneOff: Generated<boolean>; restartAskedAt: Generated<Date | null> };
  oneOffs: Omit<OneOff, 'env'> & { dynoId: string; envSealed: Buffer };
  attachSessions: Omit<AttachSession, 'env' | 'by'> & { userId: string; authorizationId: string | null; envSealed: Buffer };
  metrics: { appId: string; stepS: number; at: Date; source: string; point: Json<Point> };
  domains: Omit<Row<Domain>, 'certificate' | 'acmStatus' | 'acmReason'> & {
    certificateId: Late<string>;
    acmStatus: Late<AcmStatus>;
    acmReason: Late<string>;
    acmFailures: Generated<number>;
    acmNextAt: Late<Date>;
  };
  certificates: Omit<Row<Certificate>, 'isManaged'> & { isManaged: Generated<boolean>; keySealed: Buffer; warnedDays: Late<number> };
  acmeAccounts: { directory: string; keySealed: Buffer };
  acmeChallenges: {
    token: string;
    appId: string;
    keyAuthorization: string;
    hostname: Late<string>;
    pairSealed: Late<Buffer>;
    dnsName: Late<string>;
    createdAt: Generated<Date>;
  };
  addonServices: Row<{ id: string; name: string; environment: Environment; createdAt: Date; updatedAt: Date }> & {
    manifest: Json<Manifest>;
    secretsSealed: Buffer;
  };
  addonPlans: Omit<Row<Plan>, 'isOffered'> & { isOffered: Generated<boolean> };
  addons: Omit<Row<Addon>, Unset> & { [K in Unset]: ColumnType<Addon[K], Addon[K] | undefined> } & {
    configSealed: ColumnType<Buffer | null, Buffer | undefined>;
    optionsSealed: Buffer;
    grantsUsedUntil: ColumnType<Date | null, Date | undefined>;
  };
  addonAttachments: Omit<Row<Attachment>, 'namespace'> & { namespace: Late<string> };
  addonCredentials: Row<{ id: string; addonId: string; name: string; createdAt: Date; updatedAt: Date }> & { configSealed: Buffer };
  logDrains: Omit<Row<LogDrain>, 'url' | 'addonId'> & { addonId: Late<string>; urlSealed: Buffer; urlDigest: string };
  schedules: Row<Schedule>;
  scheduleRuns: Row<Omit<ScheduleRun, RunsLater>> & { [K in RunsLater]: ColumnType<ScheduleRun[K], ScheduleRun[K] | undefined> };
  transfers: Row<Omit<Transfer, TransfersLater>> & { [K in TransfersLater]: ColumnType<Transfer[K], Transfer[K] | undefined> } & {
    urlSealed: Late<Buffer>;
  };
  goneTransfers: { id: string };
  transferCounters: { appId: string; last: number };
  transferLines: { id: Generated<number>; transferId: string; text: string; createdAt: Generated<Date> };
  backupSchedules: Row<BackupSchedule>;
  outbox: {
    id: Generated<number>;
    topic: Topic;
    payload: ColumnType<Topics[Topic], string, never>;
    receiver: string;
    lane: string;
    attempts: Generated<number>;
    dueAt: Generated<Date>;
    heldUntil: Date | null;
    doneAt: Date | null;
    failure: string | null;
    createdAt: Generated<Date>;
  };
  webhooks: Omit<Row<Webhook>, 'isFailing'> & {
    isFailing: Generated<boolean>;
    secretSealed: Buffer;
    authorizationSealed: Buffer | null;
  };
  webhookEvents: Omit<Row<WebhookEvent>, 'payload'> & { payload: ColumnType<Payload | null, never, string> };
  webhookDeliveries: Row<Delivery>;
  gitConnections: Omit<Row<GitConnection>, 'hasLogin' | Unknown> & {
    loginSealed: Buffer | null;
    deployKeySealed: Buffer | null;
    hookSecretSealed: Buffer;
    refused: Generated<number>;
    failures: Generated<number>;
    quietLooks: Generated<number>;
    lookAt: ColumnType<Date | null, Date | null | undefined>;
  } & { [K in Unknown]: Late<NonNullable<GitConnection[K]>> };
  gitDeployments: { buildId: string; remoteId: string };
  auditEvents: Omit<Row<AuditEvent>, 'id' | 'seq'> & { id: string; seq: Generated<number> };
  auditChanges: Row<AuditChange>;
  appActivity: { appId: string; lastRequestAt: Date };
  routerReports: { router: string; since: Date; at: Date };
  buildpackInstallations: { appId: string; ordinal: number; url: string };
}
