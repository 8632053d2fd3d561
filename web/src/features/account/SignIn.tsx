import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../../api/client';
import { arePasskeysOffered, signWithPasskey } from '../../api/passkeys';
import { queries } from '../../api/queries';
import { become } from '../../api/session';
import { Failure } from '../../ui/Dialog';
import { DemoPeople } from '../demo/DemoPeople';
import { TextInput } from '../../ui/Field';
import { Outside } from './Outside';
import { atProvider, wasRefused } from './provider';

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
  const provider = useQuery(queries.waysIn()).data?.provider;
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
        {wasRefused && !error && <RefusedByProvider />}
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
        {provider && (
          <p>
            <Button shouldFitContainer onClick={() => window.location.assign(atProvider('sign-in/oidc'))}>
              Sign in with {provider.name}
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

/** The reason is in the server's log alone. */
function RefusedByProvider() {
  return (
    <div role="alert">
      <SectionMessage appearance="error" title="You were not signed in" headingLevel="h2">
        <p>
          Try again, or sign in with your password. If it stays so, ask whoever runs this server: the reason is in its
          log.
        </p>
      </SectionMessage>
    </div>
  );
}
