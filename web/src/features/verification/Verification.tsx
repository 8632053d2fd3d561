import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { useMay, useMe } from '../../api/session';
import type { RecoveryRequest } from '../../api/types';
import { countingContacts, shortage } from '../../lib/contacts';
import { useNow } from '../../ui/now';
import { Section } from '../../ui/Page';
import { CodeForm } from './CodeForm';
import { Evidence } from './Evidence';
import { ProofForm } from './ProofForm';
import { Scope } from './Scope';
import { isWaiting, standingOf, type Standing } from './standing';

/** What somebody is to this request. */
export function useStanding(request: RecoveryRequest): Standing {
  const safeguards = useQuery(queries.safeguards(request.source.id));
  return standingOf(useMe(), request, safeguards.data?.contacts ?? []);
}

/** What to say where fewer contacts can confirm a request than its policy needs. */
function useShortage(request: RecoveryRequest): string | undefined {
  const now = useNow();
  const { data } = useQuery(queries.safeguards(request.source.id));
  if (!data || !isWaiting(request)) return undefined;
  return shortage(data.policy, countingContacts(data.contacts, now, request.requester.id));
}

/** A request with its evidence, and what whoever reads it can add. */
export function Verification({ request }: { request: RecoveryRequest }) {
  const may = useMay();
  const standing = useStanding(request);
  const short = useShortage(request);
  const waits = isWaiting(request);
  const confirms = waits && may('request.confirm') && (standing.isRequester || standing.isContact);
  const proves = waits && may('request.prove-site') && !may('request.approve') && request.proofs.length === 0;
  return (
    <>
      <Section title="What is being unlocked">
        <Scope request={request} />
      </Section>
      <Section title="Evidence">
        <Evidence request={request} short={short} />
      </Section>
      {confirms && !standing.hasConfirmed && (
        <Section title="Your confirmation">
          <CodeForm request={request} />
        </Section>
      )}
      {confirms && standing.hasConfirmed && (
        <Section title="Your confirmation">
          <SectionMessage appearance="success">
            <p>You confirmed this request.</p>
          </SectionMessage>
        </Section>
      )}
      {proves && (
        <Section title="Proof that the source is yours">
          <ProofForm request={request} />
        </Section>
      )}
    </>
  );
}
