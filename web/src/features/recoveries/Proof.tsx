import Lozenge from '@atlaskit/lozenge';

/** What the report says of the proof: everything that Jira can take is there, once, and the same. */
export function Proof({ proven }: { proven: boolean | null | undefined }) {
  if (proven === null || proven === undefined) return <>Not yet</>;
  return <Lozenge appearance={proven ? 'success' : 'removed'}>{proven ? 'Holds' : 'Does not hold'}</Lozenge>;
}
