import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { usePoints } from '../../api/paged';
import { fieldError } from '../../api/problem';
import { useMay } from '../../api/session';
import type { Connection, RecoveryRequest } from '../../api/types';
import { absoluteTime } from '../../lib/time';
import { count } from '../../lib/words';
import { Failure } from '../../ui/Dialog';
import { Empty } from '../../ui/Empty';
import { SelectInput, TextInput } from '../../ui/Field';
import { Section } from '../../ui/Page';
import { useDraft } from '../../ui/useDraft';
import { projectKeys } from './choice';
import styles from './recover.module.css';

/** What shall be recovered: the point in time, and how much of the site. */
export function AskForm({ connection, latest }: { connection: Connection; latest: RecoveryRequest | undefined }) {
  const may = useMay();
  if (!may('request.open')) {
    return <Empty title="Nobody asked for a recovery yet">An administrator asks for one.</Empty>;
  }
  return (
    <Section title="What shall be recovered">
      {latest && (
        <SectionMessage>
          <p>The last request is {latest.status}. A new one begins anew.</p>
        </SectionMessage>
      )}
      <Form connection={connection} />
    </Section>
  );
}

function Form({ connection }: { connection: Connection }) {
  const points = usePoints(connection.source.id);
  const { draft, change, drop } = useDraft(`${connection.id}/ask`, { point: '', projects: '' });
  const { point, projects } = draft;
  const ask = useAction(
    () => {
      const params = { path: { connection: connection.id } };
      const scope = { point: point === '' ? null : Number(point), projects: projectKeys(projects) };
      return body(api.POST('/api/v1/connections/{connection}/request', { params, body: scope }));
    },
    { said: 'Asked for. Everybody concerned is told', then: drop },
  );
  const known = points.query.data?.items ?? [];
  const options = known.map(({ number, taken, objects }) => ({
    value: String(number),
    text: `No. ${number}, ${absoluteTime(new Date(taken))}, ${count(objects)} objects`,
  }));
  return (
    <form
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <SelectInput
        label="Point in time"
        value={point}
        onChange={(value) => change({ point: value })}
        options={[{ value: '', text: 'The newest one when it starts' }, ...options]}
        hint={known.length === 0 && points.query.isSuccess ? 'The source has no recovery point yet.' : undefined}
      />
      <TextInput
        label="Spaces (projects), by key"
        value={projects}
        onChange={(value) => change({ projects: value })}
        hint="Separated by commas. Leave it empty for the whole site."
        wrong={fieldError(ask.error, 'projects')}
      />
      {ask.error && <Failure error={ask.error} />}
      <p>
        <Button type="submit" appearance="primary" isLoading={ask.isPending}>
          Ask for this recovery
        </Button>
      </p>
    </form>
  );
}
