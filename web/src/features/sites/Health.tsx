import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { useAction } from '../../api/actions';
import { askForConsent } from '../../api/consent';
import { queries } from '../../api/queries';
import type { Site, SiteCheck } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Time } from '../../ui/Time';

/** Whether the stored credentials work, asked of the site itself, and what is known of it. */
export function Health({ site }: { site: Site }) {
  return (
    <>
      {site.connectedBy === 'ended-consent' ? (
        <Ended site={site} />
      ) : site.hasCredentials ? (
        <Checked site={site.id} />
      ) : (
        <SectionMessage appearance="warning" title="No credentials are stored" headingLevel="h3">
          <p>Nothing is captured or recovered there until some are set.</p>
        </SectionMessage>
      )}
      <div style={{ marginBlockStart: 'var(--ds-space-200)' }}>
        <Facts
          of={[
            ['Account', site.account],
            ['cloudId', <code key="c">{site.cloudId}</code>],
            ['Known as', site.knownAs.join(', ')],
            ['Added', <Time key="a" at={site.added} isInline />],
          ]}
        />
      </div>
    </>
  );
}

/** The consent by which the site was connected has ended. */
function Ended({ site }: { site: Site }) {
  const again = useAction(() => askForConsent(site.name, site.url));
  return (
    <SectionMessage appearance="error" title="Connect the site again" headingLevel="h3">
      <p>
        The consent at Atlassian has ended: nothing is captured or recovered there until an administrator of the site
        gives it anew, or an API token is set.
      </p>
      <p>
        <Button appearance="primary" isLoading={again.isPending} onClick={() => again.mutate()}>
          Connect again
        </Button>
      </p>
      {again.error && <Failure error={again.error} />}
    </SectionMessage>
  );
}

function Checked({ site }: { site: string }) {
  const query = useQuery(queries.siteCheck(site));
  return <Loaded query={query}>{(check) => <Answer check={check} />}</Loaded>;
}

function Answer({ check: { accountName, missing } }: { check: SiteCheck }) {
  if (missing.length === 0) {
    return (
      <SectionMessage appearance="success" title="The site answers, and the credentials suffice" headingLevel="h3">
        <p>It knows the account as {accountName}.</p>
      </SectionMessage>
    );
  }
  return (
    <SectionMessage appearance="warning" title="The account lacks permissions" headingLevel="h3">
      <ul>
        {missing.map(({ permission, effect }) => (
          <li key={permission}>
            <code>{permission}</code>: {effect}
          </li>
        ))}
      </ul>
    </SectionMessage>
  );
}
