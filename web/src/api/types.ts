import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Person = Schemas['PersonRef'];
export type Member = Schemas['Member'];
export type Role = Schemas['RoleWord'];
export type Session = Schemas['SessionView'];
export type Passkey = Schemas['PasskeyView'];
export type Challenge = Schemas['Challenge'];
export type Signed = Schemas['Signed'];
export type DryRun = Schemas['DryRunView'];
export type ApiKey = Schemas['KeyView'];
export type Webhook = Schemas['WebhookView'];
export type Message = Schemas['MessageView'];
export type SiteRef = Schemas['SiteRef'];
export type Site = Schemas['SiteView'];
export type SiteCheck = Schemas['Check'];
export type KindCoverage = Schemas['KindCoverage'];
export type Schedule = Schemas['ScheduleView'];
export type Task = Schemas['Task'];
export type Backup = Schemas['BackupView'];
export type Point = Schemas['PointView'];
export type Changes = Schemas['ChangesView'];
export type PointObject = Schemas['ObjectView'];
export type Retention = Schemas['Retention'];
export type PruningPreview = Schemas['Preview'];
export type Connection = Schemas['ConnectionView'];
export type TokenShown = Schemas['TokenShown'];
export type AppliesTo = Schemas['AppliesToView'];
export type RecoveryRequest = Schemas['RequestView'];
export type ProofKind = Schemas['ProofWord'];
export type Recovery = Schemas['RecoveryView'];
export type Failure = Schemas['FailureView'];
export type Causes = Schemas['CausesView'];
export type Cause = Schemas['CauseView'];
export type RecoveryProgress = Schemas['RecoveryProgress'];
export type KindProgress = Schemas['KindProgress'];
export type Speed = Schemas['SpeedView'];
export type Job = Schemas['JobView'];
export type Safeguards = Schemas['SafeguardsView'];
export type Contact = Schemas['ContactView'];
export type Policy = Schemas['PolicyView'];
export type AuditEvent = Schemas['EventView'];

/** What of the audit log is asked for. */
export type AuditQuery = Omit<NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>, 'after' | 'limit'>;

/** A page of a list. */
export interface PageOf<T> {
  items: T[];
  next?: string | null;
}
