import Button from '@atlaskit/button/new';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../../api/client';
import { become } from '../../api/session';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Outside } from './Outside';

export function SignIn() {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => body(api.POST('/api/v1/sessions', { body: { email, password } })),
    gcTime: 0,
    onSuccess: (me) => become(client, me),
  });
  return (
    <Outside title="Sign in">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
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
        {signIn.error && <Failure error={signIn.error} />}
        <p>
          <Button type="submit" appearance="primary" shouldFitContainer isLoading={signIn.isPending}>
            Sign in
          </Button>
        </p>
      </form>
    </Outside>
  );
}
