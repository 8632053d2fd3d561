import Button from '@atlaskit/button/new';
import AddIcon from '@atlaskit/icon/core/add';
import { ModalTransition } from '@atlaskit/modal-dialog';
import Tabs, { Tab, TabList, TabPanel } from '@atlaskit/tabs';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { CrossSiteTable } from './CrossSiteTable';
import { DeedDialog, type Wanted } from './DeedDialog';
import { ActivateDialog } from './dialogs/ActivateDialog';
import { AddDialog } from './dialogs/AddDialog';
import { Figures } from './Figures';
import { PullTable } from './PullTable';

const TABS = ['pull', 'push'] as const;

/** *Disaster Recovery Connections*: the home page. */
export function ConnectionsPage() {
  const connections = useQuery(queries.connections());
  const { tab } = useSearch({ from: '/connections' });
  const navigate = useNavigate();
  const may = useMay();
  const [open, setOpen] = useState<'add' | 'activate'>();
  const [wanted, setWanted] = useState<Wanted>();
  const close = () => setOpen(undefined);
  const kind = tab === 'push' ? 'cross-site' : 'disaster-recovery';
  const actions = (
    <>
      {may('connection.activate') && <Button onClick={() => setOpen('activate')}>Activate connection</Button>}
      {may('connection.create') && (
        <Button appearance="primary" iconBefore={AddIcon} onClick={() => setOpen('add')}>
          Add recovery connection
        </Button>
      )}
    </>
  );
  return (
    <Page
      title="Disaster Recovery Connections"
      above={[{ text: 'Settings', to: '/settings' }, { text: 'Disaster Recovery Connections' }]}
      lead="Connections between a source site and the standby that takes over when the source is gone."
      actions={actions}
    >
      <Loaded query={connections}>
        {(all) => (
          <>
            <Figures connections={all.filter((one) => one.kind === 'disaster-recovery')} />
            <Tabs
              id="kinds"
              selected={TABS.indexOf(tab)}
              onChange={(index) => {
                void navigate({ to: '/connections', search: { tab: TABS[index] ?? 'pull' }, replace: true });
              }}
            >
              <TabList>
                <Tab>Disaster recovery (pull)</Tab>
                <Tab>Cross-site (push)</Tab>
              </TabList>
              <TabPanel>
                <Pull rows={all.filter((one) => one.kind === 'disaster-recovery')} onWant={setWanted} />
              </TabPanel>
              <TabPanel>
                <Push rows={all.filter((one) => one.kind === 'cross-site')} onWant={setWanted} />
              </TabPanel>
            </Tabs>
          </>
        )}
      </Loaded>
      <ModalTransition>{open === 'add' && <AddDialog kind={kind} onClose={close} />}</ModalTransition>
      <ModalTransition>{open === 'activate' && <ActivateDialog onClose={close} />}</ModalTransition>
      <DeedDialog wanted={wanted} onWant={setWanted} />
    </Page>
  );
}

interface RowsProps {
  rows: Connection[];
  onWant: (wanted: Wanted) => void;
}

function Pull({ rows, onWant }: RowsProps) {
  if (rows.length > 0) return <PullTable rows={rows} onWant={onWant} />;
  return (
    <Empty title="No recovery connection yet">
      Make one on the source while it is up, and keep its token safe. On the day it is lost, the standby pulls the work
      back over it.
    </Empty>
  );
}

function Push({ rows, onWant }: RowsProps) {
  if (rows.length > 0) return <CrossSiteTable rows={rows} onWant={onWant} />;
  return (
    <Empty title="No cross-site connection yet">
      A cross-site connection lets a site push spaces (projects), work items (issues) and configuration to another one:
      from staging to production, or into a sandbox to practise.
    </Empty>
  );
}
