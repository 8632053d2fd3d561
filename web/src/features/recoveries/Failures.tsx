import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { useFailures } from '../../api/paged';
import { words } from '../../api/problem';
import { isOver, queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Cause, Recovery } from '../../api/types';
import { plural, title } from '../../lib/words';
import { useFlags } from '../../ui/Flags';
import { Loaded } from '../../ui/Loaded';
import { Pager } from '../../ui/Pager';
import { Table } from '../../ui/Table';
import styles from '../../ui/ui.module.css';
import { controls, possible } from './controls';

/** What Jira refused, grouped by cause. A run that rests tries one cause again, or all of it. */
export function Failures({ run }: { run: Recovery }) {
  const query = useQuery(queries.causes(run.id, !isOver(run.job)));
  return (
    <Loaded query={query}>
      {({ total, causes, others }) =>
        total > 0 ? (
          <div className={styles.stack}>
            <p role="status">
              {plural(total, 'object')} failed, for {plural(causes.length, 'cause')}
              {others > 0 && ` and for rarer ones (${plural(others, 'object')})`}.
            </p>
            {causes.map((cause) => (
              <Group key={cause.cause} run={run} cause={cause} />
            ))}
          </div>
        ) : (
          <p>Nothing failed{isOver(run.job) ? '' : ' so far'}.</p>
        )
      }
    </Loaded>
  );
}

/** One cause. Its objects are read once it is opened. */
function Group({ run, cause }: { run: Recovery; cause: Cause }) {
  const [isOpen, setOpen] = useState(false);
  const kinds = cause.kinds.map((kind) => title(kind).toLowerCase()).join(', ');
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {plural(cause.count, 'object')} ({kinds}): {cause.example ?? 'No reason was given'}
      </summary>
      {isOpen && (
        <>
          <Retry run={run} cause={cause} />
          <Objects run={run} cause={cause} />
        </>
      )}
    </details>
  );
}

function Retry({ run, cause }: { run: Recovery; cause: Cause }) {
  const may = useMay();
  const flags = useFlags();
  const retry = useAction(() => controls.retry(run.id, [cause.cause]), { said: 'It goes on, and tries these again' });
  if (!may('recovery.pause') || !possible(run).resume) return null;
  return (
    <p>
      <Button
        onClick={() => retry.mutate(undefined, { onError: (error) => flags.warning(words(error).detail) })}
        isLoading={retry.isPending}
      >
        Resume and retry {cause.count === 1 ? 'this one' : `these ${plural(cause.count, 'object')}`}
      </Button>
    </p>
  );
}

function Objects({ run, cause }: { run: Recovery; cause: Cause }) {
  const paged = useFailures(run.id, cause.cause, !isOver(run.job));
  return (
    <>
      <Loaded query={paged.query}>
        {({ items }) => (
          <Table
            caption={`Objects that failed: ${cause.cause}`}
            rows={items}
            rowKey={({ kind, source }) => `${kind} ${source}`}
            columns={[
              { head: 'Kind', cell: ({ kind }) => title(kind) },
              { head: 'Key on the source', cell: ({ source }) => <code>{source}</code> },
              { head: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts },
              { head: 'Reason', cell: ({ reason }) => reason ?? '–' },
            ]}
          />
        )}
      </Loaded>
      <Pager of={paged} label={`Pages of failures: ${cause.cause}`} words={{ newer: 'Earlier', older: 'Later' }} />
    </>
  );
}
