import { api, body } from '../../api/client';
import type { ProofKind, RecoveryRequest } from '../../api/types';

const to = ({ connection }: Pick<RecoveryRequest, 'connection'>) => ({ params: { path: { connection } } });

/** What people do with a recovery request. Whoever vouches names the digest of what they were shown. */
export const requestDeeds = {
  sendCode: (request: RecoveryRequest) => body(api.POST('/api/v1/connections/{connection}/request/code', to(request))),
  confirm: (request: RecoveryRequest, code: string) => {
    const confirmation = { code: code.trim(), digest: request.digest };
    return body(
      api.POST('/api/v1/connections/{connection}/request/confirmation', { ...to(request), body: confirmation }),
    );
  },
  approve: (request: RecoveryRequest, note: string) =>
    body(
      api.POST('/api/v1/connections/{connection}/request/approval', {
        ...to(request),
        body: { note, digest: request.digest },
      }),
    ),
  deny: (request: RecoveryRequest, note: string) =>
    body(api.POST('/api/v1/connections/{connection}/request/denial', { ...to(request), body: { note } })),
  prove: (request: RecoveryRequest, kind: ProofKind, given: { note?: string; domain?: string }) =>
    body(
      api.POST('/api/v1/connections/{connection}/request/proof', {
        ...to(request),
        body: { kind, digest: request.digest, ...given },
      }),
    ),
  veto: (request: RecoveryRequest) => body(api.POST('/api/v1/connections/{connection}/request/veto', to(request))),
  cancel: (request: RecoveryRequest) =>
    body(api.POST('/api/v1/connections/{connection}/request/cancellation', to(request))),
};
