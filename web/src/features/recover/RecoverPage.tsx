import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { Connection, RecoveryRequest } from '../../api/types';
import { Empty } from '../../ui/Empty';
import { Loaded, Trouble } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { RequestActions } from '../verification/RequestActions';
import { useStanding, Verification } from '../verification/Verification';
import { AskForm } from './AskForm';
import { RunOf } from './RunOf';
import { StartForm } from './StartForm';
import { Steps, type Step } from './Steps';

/** *Recover site*: choose, have it verified, start. Where one is follows from the server: a reload changes nothing. */
export function RecoverPage() {
  const { connection: id } = useParams({ from: '/connections/$connection/recover' });
  const connection = useQuery(queries.connection(id));
  const request = useQuery(queries.request(id));
  const name = connection.data?.name ?? 'Connection';
  const above = [
    { text: 'Recovery connections', to: '/connections' },
    { text: name, to: `/connections/${id}` },
  ];
  const open = request.data && isUnderWay(request.data) ? request.data : undefined;
  return (
    <Page
      title="Recover site"
      above={above}
      lead={connection.data && leadOf(connection.data)}
      actions={open && <Actions request={open} />}
    >
      {connection.error && <Trouble error={connection.error} />}
      {connection.data && (
        <Loaded query={request}>
          {(latest) => <Stage connection={connection.data} request={latest ?? undefined} />}
        </Loaded>
      )}
    </Page>
  );
}

function leadOf({ source, standby }: Connection): string {
  return standby ? `From ${source.name} onto ${standby.name}` : `From ${source.name}`;
}

function Actions({ request }: { request: RecoveryRequest }) {
  return <RequestActions request={request} standing={useStanding(request)} />;
}

function isUnderWay({ status }: RecoveryRequest): boolean {
  return ['verifying', 'cooling', 'unlocked', 'running', 'paused'].includes(status);
}

function stepOf(request: RecoveryRequest | undefined): Step {
  if (!request || !isUnderWay(request)) return 'choose';
  if (request.status === 'unlocked') return 'start';
  return request.status === 'running' || request.status === 'paused' ? 'run' : 'verify';
}

function Stage({ connection, request }: { connection: Connection; request: RecoveryRequest | undefined }) {
  if (connection.status !== 'active') {
    return (
      <Empty title="This connection is not active">
        It recovers nothing while it is {connection.shownStatus.toLowerCase()}.
      </Empty>
    );
  }
  const step = stepOf(request);
  return (
    <>
      <Steps at={step} />
      {step === 'choose' && <AskForm connection={connection} latest={request} />}
      {request && step === 'verify' && <Verification request={request} />}
      {request && step === 'start' && <StartForm request={request} />}
      {step === 'run' && <RunOf connection={connection.id} />}
    </>
  );
}
