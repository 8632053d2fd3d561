import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import type { Connection } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';
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
  return (
    <ActionDialog
      title="Check token"
      onClose={onClose}
      action={action}
      button="Check token"
      isDisabled={token.trim() === ''}
    >
      {(wrong) => (
        <>
          <p>Can the recovery token of {connection.name} still be found? Paste it. Nothing changes.</p>
          <TokenInput value={token} onChange={setToken} wrong={wrong('token')} autoFocus />
        </>
      )}
    </ActionDialog>
  );
}
