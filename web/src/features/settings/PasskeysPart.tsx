import Button from '@atlaskit/button/new';
import Lozenge from '@atlaskit/lozenge';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { arePasskeysOffered, makePasskey } from '../../api/passkeys';
import { queries } from '../../api/queries';
import type { Passkey } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { useNow } from '../../ui/now';
import { Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';

/** One's own passkeys. Two are better than one: a lost device locks nobody out then. */
export function PasskeysPart() {
  const query = useQuery(queries.passkeys());
  const [isAdding, setAdding] = useState(false);
  const isOffered = arePasskeysOffered();
  return (
    <Section title="Passkeys" actions={isOffered && <Button onClick={() => setAdding(true)}>Add passkey</Button>}>
      <p>
        A passkey signs you in with a fingerprint, a face or a PIN. Where the policy of a source asks for one, it counts
        72 hours after it was added.
      </p>
      {!isOffered && <p>Your browser offers passkeys only to a server with a name, over TLS or on this machine.</p>}
      <Loaded query={query}>
        {(passkeys) => (passkeys.length > 0 ? <Passkeys rows={passkeys} /> : <p>You have no passkey yet.</p>)}
      </Loaded>
      <ModalTransition>{isAdding && <AddPasskeyDialog onClose={() => setAdding(false)} />}</ModalTransition>
    </Section>
  );
}

function Passkeys({ rows }: { rows: Passkey[] }) {
  const now = useNow();
  return (
    <Table
      caption="Your passkeys"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        { head: 'Name', cell: ({ name }) => name },
        { head: 'Added', cell: ({ added }) => <Time at={added} /> },
        { head: 'Last used', cell: ({ used }) => (used ? <Time at={used} /> : 'Never') },
        {
          head: 'Vouches',
          cell: ({ vouchesFrom }) =>
            new Date(vouchesFrom) <= now ? <Lozenge appearance="success">Yes</Lozenge> : <Time at={vouchesFrom} />,
        },
        { head: 'Actions', isHeadHidden: true, cell: ({ id }) => <Remove id={id} /> },
      ]}
    />
  );
}

function Remove({ id }: { id: string }) {
  const params = { path: { passkey: id } };
  const remove = useAction(() => body(api.DELETE('/api/v1/session/passkeys/{passkey}', { params })), {
    said: 'The passkey is removed',
  });
  return (
    <>
      <Button onClick={() => remove.mutate()} isLoading={remove.isPending}>
        Remove
      </Button>
      {remove.error && <Failure error={remove.error} />}
    </>
  );
}

function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const add = useAction(
    async () => {
      const challenge = await body(api.POST('/api/v1/session/passkeys/challenge'));
      const passkey = await makePasskey(challenge);
      return body(api.POST('/api/v1/session/passkeys', { body: { name: name.trim(), passkey } }));
    },
    { said: 'The passkey is added', then: onClose },
  );
  return (
    <ActionDialog
      title="Add passkey"
      onClose={onClose}
      action={add}
      button="Add passkey"
      isDisabled={name.trim() === ''}
    >
      {(wrong) => (
        <>
          <p>Your browser asks you next. You and the owners of this installation are told by mail.</p>
          <TextInput
            label="Name"
            value={name}
            onChange={setName}
            hint="What you tell it from others by: the device, the key ring."
            wrong={wrong('name')}
            autoFocus
            isRequired
          />
        </>
      )}
    </ActionDialog>
  );
}
