import Button from '@atlaskit/button/new';
import { Checkbox } from '@atlaskit/checkbox';
import SectionMessage from '@atlaskit/section-message';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMay } from '../../api/session';
import type { RecoveryRequest } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import type { Draft } from '../../lib/draft';
import { AreaInput, TextInput } from '../../ui/Field';
import { Section } from '../../ui/Page';
import { useDraft } from '../../ui/useDraft';
import { Scope } from '../verification/Scope';
import { peopleOf } from './choice';
import { DryRunSection } from './DryRunSection';
import styles from './recover.module.css';

/** What is chosen for the start, as it is typed. */
interface Typed extends Draft {
  leavesOut: boolean;
  csv: string;
  fallback: string;
}

const EMPTY: Typed = { leavesOut: false, csv: '', fallback: '' };

/** The last step: how, and the standby's name typed in full. */
export function StartForm({ request }: { request: RecoveryRequest }) {
  const may = useMay();
  return (
    <>
      <Section title="What is unlocked">
        <Scope request={request} />
      </Section>
      <Section title="Start">
        {may('recovery.start') ? <Form request={request} /> : <p>An administrator starts it.</p>}
      </Section>
    </>
  );
}

function Form({ request }: { request: RecoveryRequest }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { draft, change, drop } = useDraft<Typed>(`${request.connection}/start`, EMPTY);
  const { leavesOut, csv, fallback } = draft;
  const people = peopleOf(csv);
  const choice = {
    withoutAttachments: leavesOut,
    people: people.map,
    fallbackPerson: fallback.trim() === '' ? null : fallback.trim(),
  };
  const start = useAction(
    () => {
      const params = { path: { connection: request.connection } };
      return body(api.POST('/api/v1/connections/{connection}/recovery', { params, body: choice }));
    },
    {
      said: 'The recovery has begun',
      then: ({ id }) => {
        drop();
        void navigate({ to: '/recoveries/$recovery', params: { recovery: id } });
      },
    },
  );
  const isMeant = typed.trim() === request.standby.name;
  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isMeant) start.mutate();
      }}
    >
      <Checkbox
        label="Leave attachments out"
        isChecked={leavesOut}
        onChange={(event) => change({ leavesOut: event.currentTarget.checked })}
      />
      <AreaInput
        label="People who have another account on the standby"
        value={csv}
        onChange={(value) => change({ csv: value })}
        hint="A line for each: account id on the source, comma, account id on the standby. Who has the same on both is found by itself; a dry run names the others."
        wrong={people.wrong.length > 0 ? `No pair: ${people.wrong.slice(0, 3).join(' · ')}` : undefined}
      />
      <TextInput
        label="Who stands in for people whom the standby does not have"
        value={fallback}
        onChange={(value) => change({ fallback: value })}
        hint="An account id on the standby; the account that recovers unless said."
      />
      <DryRunSection
        connection={request.connection}
        choice={choice}
        isDisabled={people.wrong.length > 0}
        csv={csv}
        onPeople={(lines) => change({ csv: lines })}
      />
      <SectionMessage appearance="warning" title={`Everything is written to ${request.standby.name}`} headingLevel="h3">
        <p>{request.standby.url} gets the work of the source.</p>
      </SectionMessage>
      <TextInput
        label={`Type the standby’s name, ${request.standby.name}, to confirm`}
        value={typed}
        onChange={setTyped}
      />
      {start.error && <Failure error={start.error} />}
      <p>
        <Button
          type="submit"
          appearance="primary"
          isLoading={start.isPending}
          isDisabled={!isMeant || people.wrong.length > 0}
        >
          Recover site
        </Button>
      </p>
    </form>
  );
}
