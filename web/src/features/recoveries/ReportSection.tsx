import Button from '@atlaskit/button/new';
import DownloadIcon from '@atlaskit/icon/core/download';
import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { save } from '../../lib/save';
import { count, percent, plural, title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';
import styles from '../../ui/ui.module.css';
import { readReport, total, type KindRow, type Report } from './report';

/** What arrived, what is lost, and whether the proof holds. */
export function ReportSection({ recovery }: { recovery: string }) {
  const query = useQuery(queries.report(recovery));
  return (
    <Loaded query={query}>
      {(whole) => {
        const report = readReport(whole);
        return (
          <div className={styles.stack}>
            <Verdict report={report} />
            <Kinds rows={report.kinds} />
            {report.cannot.length > 0 && <Cannot of={report.cannot} />}
            <Button
              iconBefore={DownloadIcon}
              onClick={() => {
                const file = new Blob([JSON.stringify(whole, null, 2)], { type: 'application/json' });
                save(file, `lifeboat-report-${recovery}.json`);
              }}
            >
              Download the whole report
            </Button>
          </div>
        );
      }}
    </Loaded>
  );
}

function Verdict({ report }: { report: Report }) {
  const { holds, keysKept, keysRedirected, different, problems, extras } = report;
  return (
    <SectionMessage
      appearance={holds ? 'success' : 'error'}
      title={holds ? 'The proof holds' : 'The proof does not hold'}
      headingLevel="h3"
    >
      <p>
        {holds
          ? 'Everything that Jira can take is on the standby, once, and the same.'
          : `${plural(problems, 'object')} failed or are missing, ${count(different)} differ, ${count(extras)} should not be there.`}{' '}
        {plural(keysKept, 'work item (issue)', 'work items (issues)')} kept their keys
        {keysRedirected > 0 && `, ${count(keysRedirected)} have another`}.
      </p>
    </SectionMessage>
  );
}

function Kinds({ rows }: { rows: KindRow[] }) {
  const bad = ({ failed, different, missing }: KindRow) => failed + different + missing;
  return (
    <Table
      caption="What came of each kind"
      rows={rows}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ kind }) => title(kind) },
        { head: 'There', cell: (row) => <Bar row={row} /> },
        { head: 'Restored', isNumber: true, cell: ({ restored }) => count(restored) },
        { head: 'There before', isNumber: true, cell: ({ matched }) => count(matched) },
        { head: 'Left out', isNumber: true, cell: ({ skipped }) => count(skipped) },
        { head: 'Cannot be made', isNumber: true, cell: ({ cannot }) => count(cannot) },
        { head: 'Wrong', isNumber: true, cell: (row) => count(bad(row)) },
      ]}
    />
  );
}

function Bar({ row }: { row: KindRow }) {
  const share = percent(row.restored + row.matched, total(row));
  return (
    <>
      {share} %
      <div className={styles.bar} style={{ minWidth: '6rem' }} aria-hidden="true">
        <span style={{ inlineSize: `${share}%` }} />
      </div>
    </>
  );
}

function Cannot({ of }: { of: [string, number][] }) {
  return (
    <details>
      <summary>What cannot be made through Jira’s API</summary>
      <ul>
        {of.map(([what, times]) => (
          <li key={what}>
            {count(times)} × {what}
          </li>
        ))}
      </ul>
    </details>
  );
}
