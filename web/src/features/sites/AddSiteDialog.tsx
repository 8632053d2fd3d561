import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import { Dialog } from '../../ui/Dialog';
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
  const wrong = (field: string) => fieldError(add.error, field);
  const isTold = ['name', 'url', 'account'].some((field) => wrong(field) !== undefined);
  return (
    <Dialog
      title="Add site"
      onClose={onClose}
      error={isTold ? undefined : add.error}
      submit={{
        text: 'Add site',
        act: () => add.mutate(),
        isPending: add.isPending,
        isDisabled: [name, url, account, token].some((typed) => typed.trim() === ''),
      }}
    >
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
    </Dialog>
  );
}
