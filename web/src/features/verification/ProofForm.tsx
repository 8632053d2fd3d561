import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { fieldError } from '../../api/problem';
import { queries } from '../../api/queries';
import type { RecoveryRequest } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { TextInput } from '../../ui/Field';
import styles from '../../ui/ui.module.css';
import { requestDeeds } from './deeds';

/** Proves that the source belongs to those who ask: by a call to it, by Atlassian's list, or by a record in the DNS. */
export function ProofForm({ request }: { request: RecoveryRequest }) {
  const [domain, setDomain] = useState('');
  const said = { said: 'The ownership of the source is proven' };
  const call = useAction(() => requestDeeds.prove(request, 'source-administrator', {}), said);
  const asksOrganisation = useQuery(queries.settings()).data?.asksOrganisation ?? false;
  const listed = useAction(() => requestDeeds.prove(request, 'same-organisation', {}), said);
  const dns = useAction(() => requestDeeds.prove(request, 'dns-record', { domain: domain.trim() }), said);
  return (
    <>
      <p>If the source still answers, a call with its stored credentials proves it.</p>
      {call.error && <Failure error={call.error} />}
      <p>
        <Button onClick={() => call.mutate()} isLoading={call.isPending}>
          Call the source
        </Button>
      </p>
      {asksOrganisation && (
        <>
          <p>If both sites belong to your organisation, Atlassian says so, even while the source is down.</p>
          {listed.error && <Failure error={listed.error} />}
          <p>
            <Button onClick={() => listed.mutate()} isLoading={listed.isPending}>
              Ask Atlassian
            </Button>
          </p>
        </>
      )}
      <p>
        Otherwise put this TXT record at a domain that was registered for the source before, then have it looked up:
      </p>
      <p>
        <code>_lifeboat.{domain.trim() || 'your-domain'}</code> <code>lifeboat={request.digest}</code>
      </p>
      <form
        noValidate
        className={styles.narrow}
        onSubmit={(event) => {
          event.preventDefault();
          dns.mutate();
        }}
      >
        <TextInput label="Domain" value={domain} onChange={setDomain} wrong={fieldError(dns.error, 'domain')} />
        {dns.error && fieldError(dns.error, 'domain') === undefined && <Failure error={dns.error} />}
        <p className={styles.actions}>
          <Button type="submit" isLoading={dns.isPending} isDisabled={domain.trim() === ''}>
            Look the record up
          </Button>
        </p>
      </form>
    </>
  );
}
