import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { RecoveryRequest } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { RequestActions } from './RequestActions';
import { useStanding, Verification } from './Verification';

/** One recovery request, for whoever vouches for it. */
export function RequestPage() {
  const { connection } = useParams({ from: '/verification/$connection' });
  const query = useQuery(queries.request(connection));
  const request = query.data;
  return (
    <Page
      title={request ? `Request over ${request.connectionName}` : 'Recovery request'}
      above={[{ text: 'Recovery requests', to: '/verification' }]}
      actions={request && <Actions request={request} />}
    >
      <Loaded query={query}>
        {(found) =>
          found ? (
            <Verification request={found} />
          ) : (
            <Empty title="Nobody asked for a recovery over this connection">There is nothing to vouch for.</Empty>
          )
        }
      </Loaded>
    </Page>
  );
}

function Actions({ request }: { request: RecoveryRequest }) {
  return <RequestActions request={request} standing={useStanding(request)} />;
}
