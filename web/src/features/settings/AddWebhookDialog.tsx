import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { ActionDialog } from '../../ui/ActionDialog';
import { Dialog } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Secret } from '../../ui/Secret';

/** Adds a webhook, and shows once the key that its messages are signed with. */
export function AddWebhookDialog({ onClose }: { onClose: () => void }) {
  const [url, setUrl] = useState('https://');
  const [secret, setSecret] = useState<string>();
  const add = useAction(() => body(api.POST('/api/v1/webhooks', { body: { url: url.trim() } })), {
    then: (made) => setSecret(made.secret),
  });
  if (secret !== undefined) {
    return (
      <Dialog
        title="The webhook’s signing key"
        isSticky
        onClose={onClose}
        submit={{ text: 'I stored it', act: onClose, isPending: false }}
      >
        <p>Messages are signed with it, as Standard Webhooks says. It is shown only now.</p>
        <Secret value={secret} name="Signing key" />
      </Dialog>
    );
  }
  return (
    <ActionDialog title="Add webhook" onClose={onClose} action={add} button="Add webhook">
      {(wrong) => (
        <>
          <TextInput
            label="Address"
            type="url"
            value={url}
            onChange={setUrl}
            hint="With TLS: https://…"
            wrong={wrong('url')}
            autoFocus
            isRequired
          />
        </>
      )}
    </ActionDialog>
  );
}
