import Button from '@atlaskit/button/new';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import { become } from '../../api/session';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Outside } from './Outside';

/** What stood behind `#`: taken out of the address before anything is shown, and kept by this page alone. */
const invitation = takeInvitation();

function takeInvitation(): string {
  const secret = window.location.hash.slice(1);
  if (secret !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return secret;
}

const SHORTEST = 12;

/** Somebody joins, or chooses a password anew, by a one-time link. */
export function Join() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const join = useMutation({
    mutationFn: () => body(api.POST('/api/v1/invitations/acceptance', { body: { invitation, password } })),
    gcTime: 0,
    onSuccess: async (me) => {
      become(client, me);
      await navigate({ to: '/', replace: true });
    },
  });
  if (invitation === '') {
    return (
      <Outside title="This link is not whole">
        <p>Open the whole link that you were given, with what stands behind the #. It works once.</p>
      </Outside>
    );
  }
  const differ = again !== '' && again !== password;
  const fits = password.length >= SHORTEST && again === password;
  return (
    <Outside title="Choose a password">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) join.mutate();
        }}
      >
        <TextInput
          label="Password"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          hint={`At least ${SHORTEST} characters. A password manager makes a good one.`}
          wrong={fieldError(join.error, 'password')}
          autoFocus
        />
        <TextInput
          label="The same again"
          type="password"
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          wrong={differ ? 'They differ.' : undefined}
        />
        {join.error && <Failure error={join.error} />}
        <p>
          <Button type="submit" appearance="primary" shouldFitContainer isLoading={join.isPending} isDisabled={!fits}>
            Join
          </Button>
        </p>
      </form>
    </Outside>
  );
}
