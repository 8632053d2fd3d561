import Button from '@atlaskit/button/new';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../../api/client';
import { arePasskeysOffered, signWithPasskey } from '../../api/passkeys';
import { become } from '../../api/session';
import { Failure } from '../../ui/Dialog';
import { DemoPeople } from '../demo/DemoPeople';
import { TextInput } from '../../ui/Field';
import { Outside } from './Outside';

export function SignIn() {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: (as: { email: string; password: string }) => body(api.POST('/api/v1/sessions', { body: as })),
    gcTime: 0,
    onSuccess: (me) => become(client, me),
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const challenge = await body(api.POST('/api/v1/sessions/challenge', { body: { email } }));
      return body(api.POST('/api/v1/sessions/passkey', { body: await signWithPasskey(challenge) }));
    },
    gcTime: 0,
    onSuccess: (me) => become(client, me),
  });
  const error = signIn.error ?? byPasskey.error;
  return (
    <Outside title="Sign in">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          byPasskey.reset();
          signIn.mutate({ email, password });
        }}
      >
        <TextInput
          label="E-mail address"
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="username"
          autoFocus
        />
        <TextInput
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        {error && <Failure error={error} />}
        <p>
          <Button type="submit" appearance="primary" shouldFitContainer isLoading={signIn.isPending}>
            Sign in
          </Button>
        </p>
        {arePasskeysOffered() && (
          <p>
            <Button
              shouldFitContainer
              isLoading={byPasskey.isPending}
              isDisabled={email.trim() === ''}
              onClick={() => {
                signIn.reset();
                byPasskey.mutate();
              }}
            >
              Sign in with a passkey
            </Button>
          </p>
        )}
      </form>
      <DemoPeople
        onChoose={(someone, theirs) => {
          byPasskey.reset();
          signIn.mutate({ email: someone, password: theirs });
        }}
      />
    </Outside>
  );
}
