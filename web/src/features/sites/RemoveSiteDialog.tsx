import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import type { Site } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { TextInput } from '../../ui/Field';

/** Takes a site out of use, confirmed by its name. What stands in the way is told by the server. */
export function RemoveSiteDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const remove = useAction(() => body(api.DELETE('/api/v1/sites/{site}', { params: { path: { site: site.id } } })), {
    said: `${site.name} is removed`,
    then: () => void navigate({ to: '/sites' }),
  });
  return (
    <ActionDialog
      title={`Remove ${site.name}`}
      onClose={onClose}
      action={remove}
      button="Remove site"
      isDanger
      isDisabled={typed.trim() !== site.name}
    >
      <p>
        Lifeboat forgets the credentials and ends the schedules. Nothing is captured there or recovered onto it any
        more.
      </p>
      <p>
        Its recovery points stay in the vault. They are there again once {site.url} is added again, and for that it must
        answer: do not remove a site that is down.
      </p>
      <p>A connection that names the site, and a job on it, must be over before.</p>
      <TextInput label={`Type the site’s name, ${site.name}, to confirm`} value={typed} onChange={setTyped} autoFocus />
    </ActionDialog>
  );
}
