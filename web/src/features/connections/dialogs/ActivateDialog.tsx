import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import { queries } from '../../../api/queries';
import { ActionDialog } from '../../../ui/ActionDialog';
import { SelectInput, TextInput } from '../../../ui/Field';
import { TokenInput } from './TokenInput';

/** *Activate connection*, on the standby: URL and token. */
export function ActivateDialog({ onClose, sourceUrl = '' }: { onClose: () => void; sourceUrl?: string }) {
  const sites = useQuery(queries.sites());
  const [url, setUrl] = useState(sourceUrl);
  const [token, setToken] = useState('');
  const [standby, setStandby] = useState('');
  const action = useAction(
    () => body(api.POST('/api/v1/activations', { body: { sourceUrl: url.trim(), token: token.trim(), standby } })),
    { said: 'Active, and locked until a recovery is verified', then: onClose },
  );
  const options = (sites.data ?? []).map(({ id, name, url: at }) => ({ value: id, text: `${name} (${at})` }));
  return (
    <ActionDialog
      title="Activate connection"
      onClose={onClose}
      action={action}
      button="Activate"
      isDisabled={url.trim() === '' || token.trim() === '' || standby === ''}
    >
      {(wrong) => (
        <>
          <p>
            On the standby, with what the source’s administrator kept. An active connection is still locked: it recovers
            nothing before people verified a request.
          </p>
          <TextInput
            label="Source Site URL"
            type="url"
            value={url}
            onChange={setUrl}
            hint="As it was while the source was up. It is compared, and never opened."
            wrong={wrong('sourceUrl')}
            autoFocus
            isRequired
          />
          <TokenInput value={token} onChange={setToken} wrong={wrong('token')} />
          <SelectInput
            label="Standby site"
            value={standby}
            onChange={setStandby}
            options={[{ value: '', text: sites.isPending ? 'Loading…' : 'Choose the standby' }, ...options]}
            hint={options.length === 0 && !sites.isPending ? 'Add the standby under Sites & backups first.' : undefined}
            wrong={wrong('standby')}
          />
        </>
      )}
    </ActionDialog>
  );
}
