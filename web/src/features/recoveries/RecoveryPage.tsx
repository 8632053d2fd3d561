import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { isOver, queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Recovery } from '../../api/types';
import { secondsBetween } from '../../lib/time';
import { title } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { Link } from '../../ui/Link';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Progress } from '../../ui/Progress';
import { Status } from '../../ui/Status';
import { Duration, Time } from '../../ui/Time';
import { Failures } from './Failures';
import { KindsSection } from './KindsSection';
import { Proof } from './Proof';
import { ReportSection } from './ReportSection';
import { RunControls } from './RunControls';

/** One recovery: how far it is, what Jira refused, and what came of it. It survives a reload: the server knows all of it. */
export function RecoveryPage() {
  const { recovery: id } = useParams({ from: '/recoveries/$recovery' });
  const query = useQuery(queries.recovery(id));
  const run = query.data;
  return (
    <Page
      title={run ? `Recovery of ${run.source.name} onto ${run.standby.name}` : 'Recovery'}
      above={[{ text: 'Recoveries', to: '/recoveries' }]}
      actions={run && !isOver(run.job) && <RunControls run={run} />}
    >
      <Loaded query={query}>{(found) => <Run run={found} />}</Loaded>
    </Page>
  );
}

function Run({ run }: { run: Recovery }) {
  const may = useMay();
  return (
    <>
      <Now run={run} />
      <Section title="Details">
        <Facts
          of={[
            ['State', <Status key="s" of={run.job.state} />],
            ['Proof', <Proof key="p" proven={run.proven} />],
            ['Recovery point', `No. ${run.point}`],
            ['From', `${run.source.name}, ${run.source.url}`],
            ['Onto', `${run.standby.name}, ${run.standby.url}`],
            ['Started', <Time key="t" at={run.started} isInline />],
            ['Ended', run.job.ended ? <Time key="e" at={run.job.ended} isInline /> : undefined],
            ['Took', run.job.ended ? <Took key="k" from={run.started} to={run.job.ended} /> : undefined],
            ['Failed attempts', run.job.attempt > 0 ? `${run.job.attempt} of ${run.job.maxAttempts}` : undefined],
            ['Connection', run.connection ? <ConnectionLink key="c" id={run.connection} /> : undefined],
          ]}
        />
      </Section>
      {may('recovery.report') && (
        <>
          <Section title="Progress by kind">
            <KindsSection run={run} />
          </Section>
          <Section title="Failures by cause">
            <Failures run={run} />
          </Section>
          {run.proven !== null && run.proven !== undefined && (
            <Section title="Report">
              <ReportSection recovery={run.id} />
            </Section>
          )}
        </>
      )}
    </>
  );
}

function Took({ from, to }: { from: string; to: string }) {
  return <Duration seconds={secondsBetween(from, to)} />;
}

function ConnectionLink({ id }: { id: string }) {
  return <Link href={`/connections/${id}`}>See the connection</Link>;
}

const WAITS: Record<string, string> = {
  waiting: 'It waits for a worker, and goes on by itself.',
  paused: 'It rests. What it did is kept, and it goes on where it was.',
};

const ASKED: Record<string, string> = {
  pause: 'Asked to rest: it stops at its next safe point.',
  'cancel-keep': 'Asked to end: what it made is kept.',
  'cancel-remove': 'Asked to end: what it made is taken away.',
};

/** What it does at this moment, told aloud when it changes. */
function Now({ run: { job } }: { run: Recovery }) {
  const waits = WAITS[job.state];
  const asked = job.asked ? ASKED[job.asked] : undefined;
  return (
    <div>
      {job.state === 'running' && job.progress && <Progress of={job.progress} />}
      <p role="status">
        {job.state === 'running' && `Phase: ${title(job.progress?.phase ?? 'beginning')}. `}
        {waits} {asked}
      </p>
      {job.error && (
        <SectionMessage
          appearance={job.state === 'failed' ? 'error' : 'warning'}
          title={job.state === 'failed' ? 'It ended with an error' : 'The last attempt failed'}
          headingLevel="h2"
        >
          <p>{job.error.text}</p>
        </SectionMessage>
      )}
    </div>
  );
}
