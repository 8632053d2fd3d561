import { api, body } from '../../api/client';
import type { Recovery } from '../../api/types';

const to = (recovery: string) => ({ params: { path: { recovery } } });

/** What is done with a run. */
export const controls = {
  pause: (id: string) => body(api.POST('/api/v1/recoveries/{recovery}/pause', to(id))),
  resume: (id: string, retryFailed: boolean) =>
    body(api.POST('/api/v1/recoveries/{recovery}/resumption', { ...to(id), body: { retryFailed } })),
  /** Goes on, with what was refused for these causes. */
  retry: (id: string, retryCauses: string[]) =>
    body(api.POST('/api/v1/recoveries/{recovery}/resumption', { ...to(id), body: { retryFailed: true, retryCauses } })),
  cancel: (id: string) => body(api.POST('/api/v1/recoveries/{recovery}/cancellation', to(id))),
  remove: (id: string) => body(api.POST('/api/v1/recoveries/{recovery}/removal', to(id))),
};

/** What can be done with a run as it stands. */
export function possible({ job }: Recovery): { pause: boolean; resume: boolean } {
  return { pause: job.state === 'running' && !job.asked, resume: job.state === 'paused' };
}
