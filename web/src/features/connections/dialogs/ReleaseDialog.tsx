import { RadioGroup } from '@atlaskit/radio';
import { useId, useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body } from '../../../api/client';
import type { Connection } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';

/** *Release connection*: unbinds the standby, and asks what becomes of the token. */
export function ReleaseDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [keep, setKeep] = useState<string>();
  const id = useId();
  const action = useAction(
    () => {
      const params = { path: { connection: connection.id } };
      const chosen = { keepToken: keep === 'yes' };
      return body(api.POST('/api/v1/connections/{connection}/release', { params, body: chosen }));
    },
    { said: 'The standby is released', then: onClose },
  );
  return (
    <ActionDialog
      title="Release connection"
      onClose={onClose}
      action={action}
      button="Release"
      isDisabled={keep === undefined}
      isDanger
    >
      <p>
        <strong>{connection.name}</strong> is unbound from {connection.standby?.name ?? 'its standby'}. An open recovery
        request is cancelled. Everybody concerned is told.
      </p>
      <p id={id}>May the recovery token be used again?</p>
      <RadioGroup
        labelId={id}
        value={keep}
        onChange={(event) => setKeep(event.currentTarget.value)}
        options={[
          { name: 'keep', value: 'yes', label: 'Yes: it can be activated again, on this or another standby' },
          { name: 'keep', value: 'no', label: 'No: a new token is asked for, and this one dies' },
        ]}
      />
    </ActionDialog>
  );
}
