import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Site } from '../../api/types';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { BackUpNow } from './BackUpNow';
import { Backups } from './Backups';
import { ChangeSiteDialog } from './ChangeSiteDialog';
import { Coverage } from './Coverage';
import { CredentialsDialog } from './CredentialsDialog';
import { Health } from './Health';
import { RemoveSiteDialog } from './RemoveSiteDialog';
import { Schedules } from './Schedules';

/** One site: health, backups, schedule, and what of it is covered. */
export function SitePage() {
  const { site: id } = useParams({ from: '/sites/$site' });
  const query = useQuery(queries.site(id));
  const may = useMay();
  return (
    <Page
      title={query.data?.name ?? 'Site'}
      above={[{ text: 'Sites & backups', to: '/sites' }]}
      lead={query.data?.url}
      actions={query.data && <Actions site={query.data} />}
    >
      <Loaded query={query}>
        {(site) => (
          <>
            <Section title="Health">
              <Health site={site} />
            </Section>
            {may('backup.read') && (
              <Section title="Backups" actions={<PointsLink site={id} />}>
                <Backups site={site} />
              </Section>
            )}
            {may('backup.read') && (
              <Section title="Schedule">
                <Schedules site={site} />
              </Section>
            )}
            <Section title="Coverage">
              <Coverage site={id} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function PointsLink({ site }: { site: string }) {
  return (
    <Link to="/points" search={{ site }}>
      Recovery points
    </Link>
  );
}

function Actions({ site }: { site: Site }) {
  const may = useMay();
  const [open, setOpen] = useState<'change' | 'credentials' | 'remove'>();
  const close = () => setOpen(undefined);
  return (
    <>
      {may('site.change') && <Button onClick={() => setOpen('change')}>Change</Button>}
      {may('credential.set') && <Button onClick={() => setOpen('credentials')}>Set credentials</Button>}
      {may('site.remove') && <Button onClick={() => setOpen('remove')}>Remove site</Button>}
      {may('backup.run') && <BackUpNow site={site} />}
      <ModalTransition>{open === 'change' && <ChangeSiteDialog site={site} onClose={close} />}</ModalTransition>
      <ModalTransition>{open === 'credentials' && <CredentialsDialog site={site} onClose={close} />}</ModalTransition>
      <ModalTransition>{open === 'remove' && <RemoveSiteDialog site={site} onClose={close} />}</ModalTransition>
    </>
  );
}
