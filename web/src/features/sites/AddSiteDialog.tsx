import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { askForConsent } from '../../api/consent';
import { queries } from '../../api/queries';
import { ActionDialog } from '../../ui/ActionDialog';
import { TextInput } from '../../ui/Field';
import { CredentialFields } from './CredentialFields';

/** Adds a site once its credentials have proven good there. */
export function AddSiteDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('https://');
  const [account, setAccount] = useState('');
  const [token, setToken] = useState('');
  const add = useAction(
    () => body(api.POST('/api/v1/sites', { body: { name: name.trim(), url: url.trim(), account, token } })),
    { said: (site) => `${site.name} is added: it answered as ${site.check.accountName}`, then: onClose },
  );
  const byConsent = useAction(() => askForConsent(name.trim(), url.trim()));
  const offersConsent = useQuery(queries.settings()).data?.connectsByConsent ?? false;
  return (
    <ActionDialog
      title="Add site"
      onClose={onClose}
      action={add}
      otherError={byConsent.error}
      button="Add site"
      isDisabled={[name, url, account, token].some((typed) => typed.trim() === '')}
    >
      {(wrong) => (
        <>
          <TextInput
            label="Name"
            value={name}
            onChange={setName}
            wrong={wrong('name')}
            maxLength={100}
            autoFocus
            isRequired
          />
          <TextInput
            label="Address"
            type="url"
            value={url}
            onChange={setUrl}
            hint="Like https://example.atlassian.net"
            wrong={wrong('url')}
            isRequired
          />
          <CredentialFields
            account={account}
            onAccount={setAccount}
            token={token}
            onToken={setToken}
            wrong={wrong('account')}
          />
          {offersConsent && (
            <p>
              <Button
                isLoading={byConsent.isPending}
                isDisabled={[name, url].some((typed) => typed.trim() === '')}
                onClick={() => {
                  add.reset();
                  byConsent.mutate();
                }}
              >
                Connect at Atlassian instead
              </Button>
            </p>
          )}
        </>
      )}
    </ActionDialog>
  );
}
