import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import type { Connection, TokenShown } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';
import { TokenOnce } from './TokenOnce';

/** Takes the token that a reset promised: it is made now, and shown once. */
export function TakeTokenDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [made, setMade] = useState<TokenShown>();
  const action = useAction(
    () => {
      const params = { path: { connection: connection.id } };
      return body(api.POST('/api/v1/connections/{connection}/token', { params, body: {} }));
    },
    { then: setMade },
  );
  if (made) return <TokenOnce shown={made} onClose={onClose} />;
  return (
    <ActionDialog title="Take the new token" onClose={onClose} action={action} button="Show the token">
      <p>
        The new recovery token of <strong>{connection.name}</strong> is made now and shown once. Have your password
        manager open. The standby must activate the connection again with it.
      </p>
    </ActionDialog>
  );
}
