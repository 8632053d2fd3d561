import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { queries } from '../../api/queries';
import type { ApiKey } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { Dialog, Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { Secret } from '../../ui/Secret';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';

/** Keys of programs: each stands for its person. */
export function ApiKeysPart() {
  const query = useQuery(queries.apiKeys());
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title="API keys"
      actions={
        <Button appearance="primary" onClick={() => setAdding(true)}>
          Make API key
        </Button>
      }
    >
      <p>A key stands for its person, and cannot do what a person must sign in again for.</p>
      <Loaded query={query}>{(keys) => (keys.length > 0 ? <Keys rows={keys} /> : <p>There is no key yet.</p>)}</Loaded>
      <ModalTransition>{isAdding && <AddKeyDialog onClose={() => setAdding(false)} />}</ModalTransition>
    </Section>
  );
}

function Keys({ rows }: { rows: ApiKey[] }) {
  return (
    <Table
      caption="API keys"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        { head: 'Name', cell: ({ name }) => name },
        { head: 'Fingerprint', cell: ({ id }) => <code>{id}</code> },
        { head: 'Of', cell: ({ person }) => person.name },
        { head: 'Made', cell: ({ made }) => <Time at={made} /> },
        { head: 'Taken until', cell: ({ expires }) => (expires ? <Time at={expires} /> : 'For good') },
        {
          head: 'Actions',
          isHeadHidden: true,
          cell: (key) => (key.revoked ? <Time at={key.revoked} /> : <Revoke id={key.id} />),
        },
      ]}
    />
  );
}

function Revoke({ id }: { id: string }) {
  const revoke = useAction(() => body(api.DELETE('/api/v1/api-keys/{key}', { params: { path: { key: id } } })), {
    said: 'The key is revoked',
  });
  return (
    <>
      <Button onClick={() => revoke.mutate()} isLoading={revoke.isPending}>
        Revoke
      </Button>
      {revoke.error && <Failure error={revoke.error} />}
    </>
  );
}

function AddKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [secret, setSecret] = useState<string>();
  const add = useAction(() => body(api.POST('/api/v1/api-keys', { body: { name: name.trim(), days: Number(days) } })), {
    then: (made) => setSecret(made.secret),
  });
  if (secret !== undefined) {
    return (
      <Dialog
        title="The API key"
        isSticky
        onClose={onClose}
        submit={{ text: 'I stored it', act: onClose, isPending: false }}
      >
        <p>It is shown only now. Programs send it as a bearer token.</p>
        <Secret value={secret} name="API key" />
      </Dialog>
    );
  }
  return (
    <ActionDialog
      title="Make API key"
      onClose={onClose}
      action={add}
      button="Make API key"
      isDisabled={name.trim() === '' || !(Number(days) > 0)}
    >
      {(wrong) => (
        <>
          <TextInput label="Name" value={name} onChange={setName} wrong={wrong('name')} autoFocus isRequired />
          <TextInput
            label="Days that it is taken"
            type="number"
            value={days}
            onChange={setDays}
            hint="1 to 730"
            wrong={wrong('days')}
          />
        </>
      )}
    </ActionDialog>
  );
}
