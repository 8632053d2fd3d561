import Button from '@atlaskit/button/new';
import DownloadIcon from '@atlaskit/icon/core/download';
import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { isOver, queries } from '../../api/queries';
import type { DryRun } from '../../api/types';
import { save } from '../../lib/save';
import { duration } from '../../lib/time';
import { count, plural, title } from '../../lib/words';
import { Failure } from '../../ui/Dialog';
import { Loaded } from '../../ui/Loaded';
import { Progress } from '../../ui/Progress';
import { Table } from '../../ui/Table';
import styles from '../../ui/ui.module.css';
import type { Choice } from './choice';
import { MissingPeople } from './MissingPeople';
import { readPlan, type Plan, type PlannedKind } from './plan';

interface Props {
  connection: string;
  choice: Choice;
  isDisabled: boolean;
  /** What is said of people, a line each. */
  csv: string;
  onPeople: (csv: string) => void;
}

/** What the recovery would do, before anything is written. */
export function DryRunSection({ connection, choice, isDisabled, csv, onPeople }: Props) {
  const query = useQuery(queries.dryRun(connection));
  const params = { path: { connection } };
  const run = useAction(() => body(api.POST('/api/v1/connections/{connection}/plan', { params, body: choice })));
  const isUnderWay = query.data ? !isOver(query.data.job) : false;
  return (
    <div className={styles.stack}>
      <p>
        <Button onClick={() => run.mutate()} isLoading={run.isPending || isUnderWay} isDisabled={isDisabled}>
          Dry run
        </Button>
      </p>
      <p className={styles.small}>
        It writes nothing, and says what would be made, what is lost, and how long it takes.
      </p>
      {run.error && <Failure error={run.error} />}
      <Loaded query={query}>
        {(dryRun) =>
          dryRun && (
            <Outcome of={dryRun}>
              {(plan) => <MissingPeople people={plan.missing} csv={csv} onChange={onPeople} />}
            </Outcome>
          )
        }
      </Loaded>
    </div>
  );
}

interface OutcomeProps {
  of: DryRun;
  /** What is asked about it. */
  children: (plan: Plan) => ReactNode;
}

function Outcome({ of: { job, plan: whole }, children }: OutcomeProps) {
  if (!isOver(job)) return job.progress ? <Progress of={job.progress} /> : <p role="status">The dry run begins.</p>;
  if (job.error) return <p role="alert">The dry run ended: {job.error.text}</p>;
  if (!whole) return null;
  const plan = readPlan(whole);
  return (
    <Shown plan={plan} whole={whole}>
      {children(plan)}
    </Shown>
  );
}

function Shown({ plan, whole, children }: { plan: Plan; whole: unknown; children: ReactNode }) {
  return (
    <>
      <SectionMessage
        appearance={plan.permissions.length > 0 ? 'warning' : 'information'}
        title={`It takes about ${duration(plan.seconds)}`}
        headingLevel="h3"
      >
        <p>
          {plan.boundBy !== '' && `What decides it: ${plan.boundBy}. `}
          {plan.missing.length > 0 &&
            `${plural(plan.missing.length, 'person', 'people')} have no account on the standby.`}
        </p>
        {plan.permissions.map(({ key, why }) => (
          <p key={key}>
            The account lacks {key}: it {why}.
          </p>
        ))}
      </SectionMessage>
      {children}
      <Kinds rows={plan.kinds} />
      <Lost plan={plan} />
      <p>
        <Button
          iconBefore={DownloadIcon}
          onClick={() =>
            save(new Blob([JSON.stringify(whole, null, 2)], { type: 'application/json' }), 'lifeboat-dry-run.json')
          }
        >
          Download the whole dry run
        </Button>
      </p>
    </>
  );
}

function Kinds({ rows }: { rows: PlannedKind[] }) {
  return (
    <Table
      caption="What it would do with each kind"
      rows={rows}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ kind }) => title(kind) },
        { head: 'To make', isNumber: true, cell: ({ create }) => count(create) },
        { head: 'There already', isNumber: true, cell: ({ matched }) => count(matched) },
        { head: 'Left out', isNumber: true, cell: ({ skipped }) => count(skipped) },
        { head: 'Cannot be made', isNumber: true, cell: ({ cannot }) => count(cannot) },
      ]}
    />
  );
}

function Lost({ plan: { cannot, losses } }: { plan: Plan }) {
  if (cannot.length + losses.length === 0) return null;
  return (
    <details>
      <summary>What is lost, and what cannot be made</summary>
      <ul>
        {cannot.map((group) => (
          <li key={`${group.kind} ${group.reason}`}>
            {count(group.count)} × {title(group.kind)}: {group.reason}
          </li>
        ))}
        {losses.map((loss) => (
          <li key={loss.what}>
            {count(loss.count)} × {loss.what}
            {loss.instead !== '' && ` (${loss.instead})`}
          </li>
        ))}
      </ul>
    </details>
  );
}
