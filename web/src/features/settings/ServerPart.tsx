import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { duration } from '../../lib/time';
import { count, title } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';

/** What whoever runs this server chose. It is changed in the settings' file. */
export function ServerPart() {
  const settings = useQuery(queries.settings());
  const tenant = useQuery(queries.tenant());
  return (
    <Section title="Server">
      <p>Chosen by whoever runs this server, in its settings’ file (docs/settings.md).</p>
      <Loaded query={settings}>
        {(chosen) => (
          <Facts
            of={[
              ['Version', tenant.data?.version],
              ['Address', tenant.data?.address],
              ['Vaults lie in', chosen.storage === 's3' ? 'Object storage (S3)' : 'A folder'],
              ['Sealed by the key', <code key="k">{chosen.key}</code>],
              ['Policy of sources without their own', title(chosen.defaultPolicy.name)],
              ['Jobs at once', chosen.jobsAtOnce],
              ['Writers to one thing at once', chosen.writersAtOnce],
              ['An increment looks back', duration(chosen.captureOverlapSeconds)],
              ['An increment reads again', `${count(chosen.captureRereads)} work items (issues)`],
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
