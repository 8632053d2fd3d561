import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import type { Site } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { CredentialFields } from './CredentialFields';

/** Sets or rotates a site's credentials, once they have proven good at that very site. */
export function CredentialsDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [account, setAccount] = useState(site.account);
  const [token, setToken] = useState('');
  const set = useAction(
    () => {
      const params = { path: { site: site.id } };
      return body(api.PUT('/api/v1/sites/{site}/credentials', { params, body: { account, token } }));
    },
    { said: 'The new credentials work, and are stored', then: onClose },
  );
  return (
    <ActionDialog
      title={`Credentials of ${site.name}`}
      onClose={onClose}
      action={set}
      button="Set credentials"
      isDisabled={account.trim() === '' || token.trim() === ''}
    >
      {(wrong) => (
        <>
          <CredentialFields
            account={account}
            onAccount={setAccount}
            token={token}
            onToken={setToken}
            wrong={wrong('account')}
            autoFocus
          />
        </>
      )}
    </ActionDialog>
  );
}
