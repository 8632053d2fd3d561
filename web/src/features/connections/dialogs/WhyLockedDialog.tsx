import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { queries } from '../../../api/queries';
import { sentence } from '../../../api/problem';
import { useMay } from '../../../api/session';
import type { Connection } from '../../../api/types';
import { Dialog } from '../../../ui/Dialog';
import { isOpen } from '../menu';

/** *Why is this locked?*: the steps that are left, and how to reach those who unlock it. */
export function WhyLockedDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const isAsked = isOpen(connection.request);
  const go = () => {
    void navigate({ to: '/connections/$connection/recover', params: { connection: connection.id } });
  };
  return (
    <Dialog title="Why is this locked?" onClose={onClose}>
      <p>
        An active connection alone recovers nothing: whoever stole the token could take the whole site. People verify
        each recovery before it starts, and this server enforces it.
      </p>
      <p>
        <strong>What is left</strong>
      </p>
      <ol>
        {!isAsked && <li>Ask for the recovery. Codes go to you and to the recovery contacts by e-mail.</li>}
        {isAsked
          ? connection.needs.map((need) => <li key={need}>{sentence(need)}</li>)
          : ['You and a recovery contact confirm it by code.', 'Support checks who asks, and approves.'].map((step) => (
              <li key={step}>{step}</li>
            ))}
        <li>Recover site.</li>
      </ol>
      {may('member.read') && <Supporters />}
      {(may('request.open') || isAsked) && (
        <p>
          <Button appearance="primary" onClick={go}>
            {isAsked ? 'See the request' : 'Ask for a recovery'}
          </Button>
        </p>
      )}
    </Dialog>
  );
}

function Supporters() {
  const members = useQuery(queries.members());
  const supporters = (members.data ?? []).filter(({ role }) => role === 'support' || role === 'support-lead');
  if (!members.data) return null;
  if (supporters.length === 0) {
    return <p>Nobody has the role Support yet: an owner gives it under Settings, Members and roles.</p>;
  }
  return (
    <div>
      <p>
        <strong>Support</strong>
      </p>
      <ul>
        {supporters.map(({ id, name, email }) => (
          <li key={id}>
            {name}, <a href={`mailto:${email}`}>{email}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
