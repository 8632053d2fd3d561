import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body, tagged } from '../../api/client';
import { fieldError } from '../../api/problem';
import type { Site } from '../../api/types';
import { Dialog } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';

/** Calls a site something else, or registers a domain, unless somebody changed it since the dialog opened. */
export function ChangeSiteDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [name, setName] = useState(site.name);
  const [domain, setDomain] = useState('');
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
      return body(api.PATCH('/api/v1/sites/{site}', { params, headers, body: { name: name.trim(), customDomain } }));
    },
    { said: 'Changed', then: onClose },
  );
  const wrong = (field: string) => fieldError(change.error, field);
  const isTold = wrong('name') !== undefined || wrong('customDomain') !== undefined;
  return (
    <Dialog
      title={`Change ${site.name}`}
      onClose={onClose}
      error={isTold ? undefined : change.error}
      submit={{
        text: 'Save',
        act: () => change.mutate(),
        isPending: change.isPending,
        isDisabled: name.trim() === '' || seen.isPending,
      }}
    >
      <TextInput label="Name" value={name} onChange={setName} maxLength={100} wrong={wrong('name')} autoFocus />
      <TextInput
        label="Another domain of its owner’s"
        value={domain}
        onChange={setDomain}
        hint="Under it the site may be named during an outage, and a DNS record there proves who it belongs to. Register it before."
        wrong={wrong('customDomain')}
      />
    </Dialog>
  );
}
