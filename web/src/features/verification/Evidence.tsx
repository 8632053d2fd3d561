import SectionMessage from '@atlaskit/section-message';
import type { RecoveryRequest } from '../../api/types';
import { sentence } from '../../api/problem';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { PROOFS } from './proofs';

interface Row {
  key: string;
  what: string;
  who: string;
  at: string;
  note: string;
}

/** Each check with what was said for it, and what is still missing; `short` says that there are too few contacts. */
export function Evidence({ request, short }: { request: RecoveryRequest; short?: string | undefined }) {
  const rows = rowsOf(request);
  return (
    <>
      {request.needs.length > 0 && (
        <>
          <p>Still needed:</p>
          <ul>
            {request.needs.map((need) => (
              <li key={need}>{sentence(need)}</li>
            ))}
          </ul>
        </>
      )}
      {short !== undefined && (
        <SectionMessage appearance="warning" title="There are too few recovery contacts" headingLevel="h3">
          <p>{short}</p>
        </SectionMessage>
      )}
      {rows.length > 0 ? (
        <Table
          caption="Evidence"
          rows={rows}
          rowKey={({ key }) => key}
          columns={[
            { head: 'Check', cell: ({ what }) => what },
            { head: 'By', cell: ({ who }) => who },
            { head: 'When', cell: ({ at }) => <Time at={at} /> },
            { head: 'Evidence', cell: ({ note }) => note || '–' },
          ]}
        />
      ) : (
        <p>Nobody has said anything yet.</p>
      )}
    </>
  );
}

function rowsOf({ requester, confirmations, proofs, approvals, denials }: RecoveryRequest): Row[] {
  const row = (what: string, one: { by: { name: string }; at: string; note: string }): Row => ({
    key: `${what} ${one.by.name} ${one.at}`,
    what,
    who: one.by.name,
    at: one.at,
    note: one.note,
  });
  const confirmed = (id: string) =>
    id === requester.id ? 'E-mail of whoever asked, by code' : 'E-mail of a contact, by code';
  return [
    ...confirmations.map((one) => row(confirmed(one.by.id), one)),
    ...proofs.map((one) => row(`Ownership: ${PROOFS[one.kind]}`, one)),
    ...approvals.map((one) => row('Approved by support', one)),
    ...denials.map((one) => row('Denied by support', one)),
  ];
}
