import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePoints } from '../../api/paged';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Site } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { SelectInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import { targetOf } from '../connections/readiness';
import { Charts } from './Charts';
import { PointsTable } from './PointsTable';
import { VerifyNow } from './VerifyNow';

/** The recovery points of a site, the newest first. */
export function PointsPage() {
  const sites = useQuery(queries.sites());
  const { site: wanted } = useSearch({ from: '/points' });
  const navigate = useNavigate();
  return (
    <Page title="Recovery points" lead="What a site was at each moment that can be recovered, encrypted in your vault.">
      <Loaded query={sites}>
        {(all) => {
          const site = all.find(({ id }) => id === wanted) ?? all[0];
          if (!site) return <Empty title="No site yet">Add one under Sites & backups.</Empty>;
          return (
            <>
              <div style={{ maxWidth: '24rem' }}>
                <SelectInput
                  label="Site"
                  value={site.id}
                  onChange={(id) => void navigate({ to: '/points', search: { site: id }, replace: true })}
                  options={all.map(({ id, name }) => ({ value: id, text: name }))}
                />
              </div>
              <Points key={site.id} site={site} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Points({ site }: { site: Site }) {
  const may = useMay();
  const paged = usePoints(site.id);
  const schedules = useQuery({ ...queries.schedules(), enabled: may('backup.read') });
  const target = targetOf(site, schedules.data);
  return (
    <>
      <Loaded query={paged.query}>
        {({ items }) =>
          items.length > 0 ? (
            <>
              <Charts points={items} target={target} />
              <PointsTable site={site.id} points={items} />
              {may('backup.run') && <VerifyNow site={site.id} />}
            </>
          ) : (
            <Empty title="No recovery point yet">Each finished backup makes one.</Empty>
          )
        }
      </Loaded>
      <Pager of={paged} label="Pages of recovery points" />
    </>
  );
}
