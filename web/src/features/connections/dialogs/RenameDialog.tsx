import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../../api/actions';
import { api, body, tagged } from '../../../api/client';
import type { Connection } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';
import { NameInput, nameFits } from './NameInput';

/** Renames a connection, unless somebody changed it since the dialog opened. */
export function RenameDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const [name, setName] = useState(connection.name);
  const params = { path: { connection: connection.id } };
  const seen = useQuery({
    queryKey: ['connections', connection.id, 'seen'],
    queryFn: async () => (await tagged(api.GET('/api/v1/connections/{connection}', { params }))).tag,
    staleTime: Infinity,
    gcTime: 0,
  });
  const action = useAction(
    () => {
      const headers = seen.data ? { 'If-Match': seen.data } : {};
      return body(api.PATCH('/api/v1/connections/{connection}', { params, headers, body: { name: name.trim() } }));
    },
    { said: 'Renamed', then: onClose },
  );
  return (
    <ActionDialog
      title="Rename connection"
      onClose={onClose}
      action={action}
      button="Rename"
      isDisabled={!nameFits(name) || name === connection.name || seen.isPending}
    >
      {(wrong) => (
        <>
          <NameInput value={name} onChange={setName} wrong={wrong('name')} />
        </>
      )}
    </ActionDialog>
  );
}
