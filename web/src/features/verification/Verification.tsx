import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { useMay, useMe } from '../../api/session';
import type { RecoveryRequest } from '../../api/types';
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

/** A request with its evidence, and what whoever reads it can add. */
export function Verification({ request }: { request: RecoveryRequest }) {
  const may = useMay();
  const standing = useStanding(request);
  const waits = isWaiting(request);
  const confirms = waits && may('request.confirm') && (standing.isRequester || standing.isContact);
  const proves = waits && may('request.prove-site') && !may('request.approve') && request.proofs.length === 0;
  return (
    <>
      <Section title="What is being unlocked">
        <Scope request={request} />
      </Section>
      <Section title="Evidence">
        <Evidence request={request} />
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
