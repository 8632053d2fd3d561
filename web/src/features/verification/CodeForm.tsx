import Button from '@atlaskit/button/new';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { fieldError } from '../../api/problem';
import type { RecoveryRequest } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import styles from '../../ui/ui.module.css';
import { requestDeeds } from './deeds';

/** Confirms a request by the code that came by e-mail. */
export function CodeForm({ request }: { request: RecoveryRequest }) {
  const [code, setCode] = useState('');
  const confirm = useAction(() => requestDeeds.confirm(request, code), {
    said: 'You confirmed the request',
    then: () => setCode(''),
  });
  const again = useAction(() => requestDeeds.sendCode(request), { said: 'A new code is on its way to you' });
  const wrong = fieldError(confirm.error, 'code');
  const error = wrong === undefined ? (confirm.error ?? again.error) : again.error;
  return (
    <form
      noValidate
      className={styles.narrow}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <TextInput
        label="Code from the e-mail to you"
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        hint="It confirms exactly the request shown here."
        wrong={wrong}
        isMonospaced
      />
      {error && <Failure error={error} />}
      <p className={styles.actions}>
        <Button type="submit" appearance="primary" isLoading={confirm.isPending} isDisabled={code.trim() === ''}>
          Confirm
        </Button>
        <Button onClick={() => again.mutate()} isLoading={again.isPending}>
          Send me another code
        </Button>
      </p>
    </form>
  );
}
