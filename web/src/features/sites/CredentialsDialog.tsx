import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import type { Site } from '../../api/types';
import { Dialog } from '../../ui/Dialog';
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
  const wrong = fieldError(set.error, 'account');
  return (
    <Dialog
      title={`Credentials of ${site.name}`}
      onClose={onClose}
      error={wrong === undefined ? set.error : undefined}
      submit={{
        text: 'Set credentials',
        act: () => set.mutate(),
        isPending: set.isPending,
        isDisabled: account.trim() === '' || token.trim() === '',
      }}
    >
      <CredentialFields
        account={account}
        onAccount={setAccount}
        token={token}
        onToken={setToken}
        wrong={wrong}
        autoFocus
      />
    </Dialog>
  );
}
