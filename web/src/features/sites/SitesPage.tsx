import Button from '@atlaskit/button/new';
import AddIcon from '@atlaskit/icon/core/add';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection, Site } from '../../api/types';
import { host, plural } from '../../lib/words';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import styles from '../../ui/ui.module.css';
import { AddSiteDialog } from './AddSiteDialog';
import { rolesOf } from './roles';

/** The sites: what each is for, how its backups stand, and when the next is due. */
export function SitesPage() {
  const may = useMay();
  const sites = useQuery(queries.sites());
  const connections = useQuery({ ...queries.connections(), enabled: may('connection.read') });
  const [isAdding, setAdding] = useState(false);
  const add = may('site.add') && (
    <Button appearance="primary" iconBefore={AddIcon} onClick={() => setAdding(true)}>
      Add site
    </Button>
  );
  return (
    <Page title="Sites & backups" lead="Jira sites that Lifeboat captures, or recovers onto." actions={add}>
      <Loaded query={sites}>
        {(all) =>
          all.length > 0 ? (
            <SitesTable sites={all} connections={connections.data ?? []} />
          ) : (
            <Empty title="No site yet">
              Add the site that shall be protected, and the standby that takes over. Each needs an account of its own
              with an API token.
            </Empty>
          )
        }
      </Loaded>
      <ModalTransition>{isAdding && <AddSiteDialog onClose={() => setAdding(false)} />}</ModalTransition>
    </Page>
  );
}

function SitesTable({ sites, connections }: { sites: Site[]; connections: Connection[] }) {
  return (
    <Table
      caption="Sites"
      rows={sites}
      rowKey={({ id }) => id}
      columns={[
        {
          head: 'Site',
          cell: ({ id, name, url }) => (
            <>
              <Link to="/sites/$site" params={{ site: id }}>
                {name}
              </Link>
              <span className={`${styles.small ?? ''} ${styles.block ?? ''}`}>{host(url)}</span>
            </>
          ),
        },
        { head: 'Role', cell: (site) => rolesOf(site.id, connections).join(', ') || 'Not connected' },
        { head: 'Credentials', cell: ({ hasCredentials }) => (hasCredentials ? 'Stored' : 'None') },
        { head: 'Last backup', cell: ({ id }) => <LastBackup site={id} /> },
        { head: 'Newest recovery point', cell: ({ id }) => <NewestPoint site={id} /> },
        { head: 'Next run', cell: ({ id }) => <NextRun site={id} /> },
      ]}
    />
  );
}

function LastBackup({ site }: { site: string }) {
  const { data } = useQuery(queries.latestBackup(site));
  if (data === undefined) return '–';
  if (data === null) return 'Never';
  return (
    <>
      <Status of={data.job.state} /> <Time at={data.started} />
    </>
  );
}

function NewestPoint({ site }: { site: string }) {
  const { data } = useQuery(queries.latestPoint(site));
  if (data === undefined) return '–';
  if (data === null) return 'None yet';
  return (
    <>
      <Time at={data.taken} />
      {plural(data.objects, 'object')}
    </>
  );
}

function NextRun({ site }: { site: string }) {
  const { data } = useQuery(queries.schedules());
  const next = (data ?? [])
    .filter((one) => one.site.id === site && one.kind === 'capture' && one.enabled)
    .map((one) => one.next)
    .sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  if (!data) return '–';
  return next === undefined ? 'Not scheduled' : <Time at={next} />;
}
