import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import { fieldError } from '../../../api/problem';
import type { Connection } from '../../../api/types';
import { Dialog } from '../../../ui/Dialog';
import { TokenInput } from './TokenInput';

/** *Token check*: proves that the token is at hand, and changes nothing. */
export function CheckTokenDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [token, setToken] = useState('');
  const action = useAction(
    () => {
      const params = { path: { connection: connection.id } };
      return body(api.POST('/api/v1/connections/{connection}/token-check', { params, body: { token: token.trim() } }));
    },
    { said: 'It is the right token. The next check is due in 90 days', then: onClose },
  );
  const wrong = fieldError(action.error, 'token');
  return (
    <Dialog
      title="Check token"
      onClose={onClose}
      error={wrong === undefined ? action.error : undefined}
      submit={{
        text: 'Check token',
        act: () => action.mutate(),
        isPending: action.isPending,
        isDisabled: token.trim() === '',
      }}
    >
      <p>Can the recovery token of {connection.name} still be found? Paste it. Nothing changes.</p>
      <TokenInput value={token} onChange={setToken} wrong={wrong} autoFocus />
    </Dialog>
  );
}
