import Button from '@atlaskit/button/new';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, body } from '../../api/client';
import { arePasskeysOffered, signWithPasskey } from '../../api/passkeys';
import { queries } from '../../api/queries';
import { Dialog } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { atProvider, onceProven } from './provider';

/** Asks for the password or a passkey again, for what must not be done from a screen that somebody left. */
export function ProveAgain({ onAnswer }: { onAnswer: (proven: boolean) => void }) {
  const [password, setPassword] = useState('');
  const provider = useQuery(queries.waysIn()).data?.provider;
  useEffect(() => onceProven(() => onAnswer(true)), [onAnswer]);
  const prove = useMutation({
    mutationFn: () => body(api.POST('/api/v1/session/proof', { body: { password } })),
    gcTime: 0,
    onSuccess: () => onAnswer(true),
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const challenge = await body(api.POST('/api/v1/session/proof/challenge'));
      return body(api.POST('/api/v1/session/proof', { body: { passkey: await signWithPasskey(challenge) } }));
    },
    gcTime: 0,
    onSuccess: () => onAnswer(true),
  });
  return (
    <Dialog
      title="Is it you?"
      width="small"
      onClose={() => onAnswer(false)}
      error={prove.error ?? byPasskey.error}
      submit={{
        text: 'Confirm',
        act: () => {
          byPasskey.reset();
          prove.mutate();
        },
        isPending: prove.isPending,
        isDisabled: password === '',
      }}
    >
      <p>This needs your password again. It counts for the next 10 minutes.</p>
      <TextInput
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus
      />
      {arePasskeysOffered() && (
        <p>
          <Button
            isLoading={byPasskey.isPending}
            onClick={() => {
              prove.reset();
              byPasskey.mutate();
            }}
          >
            Use a passkey
          </Button>
        </p>
      )}
      {provider && (
        <p>
          <Button onClick={() => window.open(atProvider('session/proof/oidc'), '_blank', 'noopener')}>
            Use {provider.name}
          </Button>
        </p>
      )}
    </Dialog>
  );
}
