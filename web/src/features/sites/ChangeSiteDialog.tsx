import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body, tagged } from '../../api/client';
import type { Site } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { TextInput } from '../../ui/Field';
import { targetSeconds } from './target';

/** Calls a site something else, or registers a domain, unless somebody changed it since the dialog opened. */
export function ChangeSiteDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [name, setName] = useState(site.name);
  const [domain, setDomain] = useState('');
  const [target, setTarget] = useState(site.rpoTargetSeconds == null ? '' : String(site.rpoTargetSeconds / 60));
  const params = { path: { site: site.id } };
  const seen = useQuery({
    queryKey: ['sites', site.id, 'seen'],
    queryFn: async () => (await tagged(api.GET('/api/v1/sites/{site}', { params }))).tag,
    staleTime: Infinity,
    gcTime: 0,
  });
  const change = useAction(
    () => {
      const headers = seen.data ? { 'If-Match': seen.data } : {};
      const customDomain = domain.trim() === '' ? null : domain.trim();
      const rpoTargetSeconds = targetSeconds(target);
      const changes = { name: name.trim(), customDomain, rpoTargetSeconds };
      return body(api.PATCH('/api/v1/sites/{site}', { params, headers, body: changes }));
    },
    { said: 'Changed', then: onClose },
  );
  return (
    <ActionDialog
      title={`Change ${site.name}`}
      onClose={onClose}
      action={change}
      button="Save"
      isDisabled={name.trim() === '' || seen.isPending}
    >
      {(wrong) => (
        <>
          <TextInput label="Name" value={name} onChange={setName} maxLength={100} wrong={wrong('name')} autoFocus />
          <TextInput
            label="RPO target, in minutes"
            type="number"
            value={target}
            onChange={setTarget}
            hint="How old the newest recovery point may be. Left empty, the schedule says it."
            wrong={wrong('rpoTargetSeconds')}
          />
          <TextInput
            label="Another domain of its owner’s"
            value={domain}
            onChange={setDomain}
            hint="Under it the site may be named during an outage, and a DNS record there proves who it belongs to. Register it before."
            wrong={wrong('customDomain')}
          />
        </>
      )}
    </ActionDialog>
  );
}
