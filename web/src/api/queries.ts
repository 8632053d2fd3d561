import { queryOptions } from '@tanstack/react-query';
import { api, body } from './client';
import { Problem } from './problem';
import type { Job } from './types';

/** What is read again while a page is open, in milliseconds. */
const OFTEN = 2_000;
const USUALLY = 15_000;

/** An object, at a recovery point and at an earlier one. */
export interface ObjectOfPoint {
  site: string;
  point: number;
  from: number;
  kind: string;
  objectKey: string;
}

/** Everything that pages read, each under one key. Lists in pages are in `paged.ts`. */
export const queries = {
  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: async () => {
        try {
          return await body(api.GET('/api/v1/session'));
        } catch (error) {
          if (error instanceof Problem && error.status === 401) return null;
          throw error;
        }
      },
      staleTime: Infinity,
    }),
  /** How people may sign in, beside a password. */
  waysIn: () =>
    queryOptions({ queryKey: ['ways-in'], queryFn: () => body(api.GET('/api/v1/sign-in')), staleTime: Infinity }),
  tenant: () => queryOptions({ queryKey: ['tenant'], queryFn: () => body(api.GET('/api/v1/tenant')) }),
  settings: () => queryOptions({ queryKey: ['settings'], queryFn: () => body(api.GET('/api/v1/settings')) }),
  policies: () => queryOptions({ queryKey: ['policies'], queryFn: () => body(api.GET('/api/v1/policies')) }),
  members: () => queryOptions({ queryKey: ['members'], queryFn: () => body(api.GET('/api/v1/members')) }),
  apiKeys: () => queryOptions({ queryKey: ['api-keys'], queryFn: () => body(api.GET('/api/v1/api-keys')) }),
  sessions: () => queryOptions({ queryKey: ['sessions'], queryFn: () => body(api.GET('/api/v1/sessions')) }),
  passkeys: () => queryOptions({ queryKey: ['passkeys'], queryFn: () => body(api.GET('/api/v1/session/passkeys')) }),
  webhooks: () => queryOptions({ queryKey: ['webhooks'], queryFn: () => body(api.GET('/api/v1/webhooks')) }),
  auditHead: () => queryOptions({ queryKey: ['audit', 'head'], queryFn: () => body(api.GET('/api/v1/audit/head')) }),

  sites: () => queryOptions({ queryKey: ['sites'], queryFn: () => body(api.GET('/api/v1/sites')) }),
  site: (site: string) =>
    queryOptions({
      queryKey: ['sites', site],
      queryFn: () => body(api.GET('/api/v1/sites/{site}', { params: { path: { site } } })),
    }),
  siteCheck: (site: string) =>
    queryOptions({
      queryKey: ['sites', site, 'check'],
      queryFn: () => body(api.POST('/api/v1/sites/{site}/check', { params: { path: { site } } })),
      staleTime: 300_000,
      retry: false,
    }),
  coverage: (site: string) =>
    queryOptions({
      queryKey: ['sites', site, 'coverage'],
      queryFn: () => body(api.GET('/api/v1/sites/{site}/coverage', { params: { path: { site } } })),
    }),
  safeguards: (site: string) =>
    queryOptions({
      queryKey: ['sites', site, 'safeguards'],
      queryFn: () => body(api.GET('/api/v1/sites/{site}/safeguards', { params: { path: { site } } })),
    }),
  schedules: () => queryOptions({ queryKey: ['schedules'], queryFn: () => body(api.GET('/api/v1/schedules')) }),
  latestPoint: (site: string) =>
    queryOptions({
      queryKey: ['sites', site, 'points', 'latest'],
      queryFn: async () => {
        const query = { limit: 1 };
        const page = await body(api.GET('/api/v1/sites/{site}/points', { params: { path: { site }, query } }));
        return page.items[0] ?? null;
      },
      refetchInterval: USUALLY,
    }),
  latestBackup: (site: string) =>
    queryOptions({
      queryKey: ['sites', site, 'backups', 'latest'],
      queryFn: async () => {
        const query = { limit: 1 };
        const page = await body(api.GET('/api/v1/sites/{site}/backups', { params: { path: { site }, query } }));
        return page.items[0] ?? null;
      },
      refetchInterval: ({ state }) => (state.data && isMoving(state.data.job) ? OFTEN : USUALLY),
    }),
  point: (site: string, point: number) =>
    queryOptions({
      queryKey: ['sites', site, 'points', point],
      queryFn: () => body(api.GET('/api/v1/sites/{site}/points/{point}', { params: { path: { site, point } } })),
    }),
  changes: (site: string, point: number, from: number) =>
    queryOptions({
      queryKey: ['sites', site, 'points', point, 'changes', from],
      queryFn: () => {
        const params = { path: { site, point }, query: { from, limit: 200 } };
        return body(api.GET('/api/v1/sites/{site}/points/{point}/changes', { params }));
      },
      staleTime: Infinity,
    }),
  pointObject: ({ site, point, from, kind, objectKey: key }: ObjectOfPoint) =>
    queryOptions({
      queryKey: ['sites', site, 'points', point, 'object', from, kind, key],
      queryFn: () => {
        const params = { path: { site, point }, query: { from, kind, key } };
        return body(api.GET('/api/v1/sites/{site}/points/{point}/object', { params }));
      },
      staleTime: Infinity,
    }),

  connections: () =>
    queryOptions({
      queryKey: ['connections'],
      queryFn: () => body(api.GET('/api/v1/connections')),
      refetchInterval: USUALLY,
    }),
  connection: (connection: string) =>
    queryOptions({
      queryKey: ['connections', connection],
      queryFn: () => body(api.GET('/api/v1/connections/{connection}', { params: { path: { connection } } })),
      refetchInterval: USUALLY,
    }),
  requests: () =>
    queryOptions({
      queryKey: ['requests'],
      queryFn: () => body(api.GET('/api/v1/requests')),
      refetchInterval: USUALLY,
    }),
  /** The latest request over a connection; nothing if there never was one. */
  request: (connection: string) =>
    queryOptions({
      queryKey: ['requests', connection],
      queryFn: async () => {
        try {
          const params = { path: { connection } };
          return await body(api.GET('/api/v1/connections/{connection}/request', { params }));
        } catch (error) {
          if (error instanceof Problem && error.kind === 'not-found') return null;
          throw error;
        }
      },
      refetchInterval: 5_000,
    }),
  /** The newest dry run over a connection; nothing if there never was one. */
  dryRun: (connection: string) =>
    queryOptions({
      queryKey: ['dry-runs', connection],
      queryFn: async () => {
        try {
          return await body(api.GET('/api/v1/connections/{connection}/plan', { params: { path: { connection } } }));
        } catch (error) {
          if (error instanceof Problem && error.kind === 'not-found') return null;
          throw error;
        }
      },
      refetchInterval: ({ state }) => (state.data && !isOver(state.data.job) ? OFTEN : false),
    }),
  recovery: (recovery: string) =>
    queryOptions({
      queryKey: ['recoveries', recovery],
      queryFn: () => body(api.GET('/api/v1/recoveries/{recovery}', { params: { path: { recovery } } })),
      refetchInterval: ({ state }) => (state.data && isOver(state.data.job) ? false : OFTEN),
    }),
  /** Kind by kind, and how fast: asked for less often, since the server counts for it. */
  progress: (recovery: string, isLive: boolean) =>
    queryOptions({
      queryKey: ['recoveries', recovery, 'progress', isLive],
      queryFn: () => body(api.GET('/api/v1/recoveries/{recovery}/progress', { params: { path: { recovery } } })),
      refetchInterval: isLive ? 5_000 : false,
    }),
  causes: (recovery: string, isLive: boolean) =>
    queryOptions({
      queryKey: ['recoveries', recovery, 'causes', isLive],
      queryFn: () => body(api.GET('/api/v1/recoveries/{recovery}/causes', { params: { path: { recovery } } })),
      refetchInterval: isLive ? 10_000 : false,
    }),
  report: (recovery: string) =>
    queryOptions({
      queryKey: ['recoveries', recovery, 'report'],
      queryFn: () => body(api.GET('/api/v1/recoveries/{recovery}/report', { params: { path: { recovery } } })),
      staleTime: Infinity,
      retry: false,
    }),
};

/** Whether a job will change no more. */
export function isOver(job: Job): boolean {
  return ['done', 'cancelled', 'failed'].includes(job.state);
}

/** Whether a job moves, or will by itself. */
export function isMoving(job: Job): boolean {
  return job.state === 'running' || job.state === 'waiting';
}
