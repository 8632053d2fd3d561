import Button from '@atlaskit/button/new';
import Lozenge from '@atlaskit/lozenge';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import { queries } from '../../api/queries';
import { useMe } from '../../api/session';
import type { Session } from '../../api/types';
import { title } from '../../lib/words';
import { Failure } from '../../ui/Dialog';
import { Facts } from '../../ui/Facts';
import { TextInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { PasskeysPart } from './PasskeysPart';
import styles from './settings.module.css';

const SHORTEST = 12;

/** Who one is here, one's password, and where one is signed in. */
export function AccountPart() {
  const me = useMe();
  return (
    <>
      <Section title="You">
        <Facts
          of={[
            ['Name', me.name],
            ['E-mail address', me.email],
            ['Role', title(me.role)],
          ]}
        />
      </Section>
      <Section title="Password">
        <Password />
      </Section>
      <PasskeysPart />
      <Section title="Where you are signed in">
        <Sessions />
      </Section>
    </>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const change = useAction(() => body(api.POST('/api/v1/session/password', { body: { current, fresh } })), {
    said: 'Your password is changed, and all other sessions ended',
    then: () => {
      setCurrent('');
      setFresh('');
    },
  });
  const wrong = (field: string) => fieldError(change.error, field);
  const isTold = wrong('current') !== undefined || wrong('fresh') !== undefined;
  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <TextInput
        label="Your password now"
        type="password"
        value={current}
        onChange={setCurrent}
        autoComplete="current-password"
        wrong={wrong('current')}
      />
      <TextInput
        label="The new one"
        type="password"
        value={fresh}
        onChange={setFresh}
        autoComplete="new-password"
        hint={`At least ${SHORTEST} characters. All other sessions end.`}
        wrong={wrong('fresh')}
      />
      {change.error && !isTold && <Failure error={change.error} />}
      <p>
        <Button type="submit" isLoading={change.isPending} isDisabled={current === '' || fresh.length < SHORTEST}>
          Change password
        </Button>
      </p>
    </form>
  );
}

function Sessions() {
  const query = useQuery(queries.sessions());
  const end = useAction((session: Session) => {
    const params = { path: { session: session.id } };
    return body(api.DELETE('/api/v1/sessions/{session}', { params }));
  });
  return (
    <Loaded query={query}>
      {(sessions) => (
        <Table
          caption="Your sessions"
          rows={sessions}
          rowKey={({ id }) => id}
          columns={[
            { head: 'Since', cell: ({ since }) => <Time at={since} /> },
            { head: 'Last used', cell: ({ seen }) => <Time at={seen} /> },
            {
              head: 'Actions',
              isHeadHidden: true,
              cell: (session) =>
                session.current ? (
                  <Lozenge appearance="success">This one</Lozenge>
                ) : (
                  <Button onClick={() => end.mutate(session)} isLoading={end.isPending}>
                    End
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
