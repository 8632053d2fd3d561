import { useFailures } from '../../api/paged';
import { isOver } from '../../api/queries';
import type { Recovery } from '../../api/types';
import { plural, title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Pager } from '../../ui/Pager';
import { Table } from '../../ui/Table';
import { byCause, type Cause } from './causes';

/** What Jira refused, grouped by cause. A run that rests tries all of it again by *Resume and retry failures*. */
export function Failures({ run }: { run: Recovery }) {
  const paged = useFailures(run.id, !isOver(run.job));
  return (
    <>
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <>
              {byCause(items).map((cause) => (
                <Group key={cause.reason} cause={cause} />
              ))}
            </>
          ) : (
            <p>Nothing failed{isOver(run.job) ? '' : ' so far'}.</p>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of failures" />
    </>
  );
}

function Group({ cause: { reason, failures, kinds } }: { cause: Cause }) {
  return (
    <details>
      <summary>
        {plural(failures.length, 'object')} ({kinds.map((kind) => title(kind).toLowerCase()).join(', ')}): {reason}
      </summary>
      <Table
        caption={`Objects that failed: ${reason}`}
        rows={failures}
        rowKey={({ kind, source }) => `${kind} ${source}`}
        columns={[
          { head: 'Kind', cell: ({ kind }) => title(kind) },
          { head: 'Key on the source', cell: ({ source }) => <code>{source}</code> },
          { head: 'Attempts', isNumber: true, cell: ({ attempts }) => attempts },
          { head: 'Reason', cell: ({ reason: own }) => own ?? '–' },
        ]}
      />
    </details>
  );
}
