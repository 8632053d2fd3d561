import { Link, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useMay } from '../../api/session';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { AccountPart } from './AccountPart';
import { ApiKeysPart } from './ApiKeysPart';
import { MembersPart } from './MembersPart';
import { NotificationsPart } from './NotificationsPart';
import { SafeguardsPart } from './SafeguardsPart';
import { ServerPart } from './ServerPart';
import styles from './settings.module.css';

interface Part {
  part: string;
  text: string;
  /** Who does not have it does not see the part. */
  action?: string;
  content: ComponentType;
}

const PARTS: Part[] = [
  { part: 'account', text: 'Account', content: AccountPart },
  { part: 'members', text: 'Members and roles', action: 'member.read', content: MembersPart },
  { part: 'safeguards', text: 'Contacts and policy', action: 'policy.read', content: SafeguardsPart },
  { part: 'notifications', text: 'Notifications', action: 'notification.change', content: NotificationsPart },
  { part: 'api-keys', text: 'API keys', action: 'api-key.own', content: ApiKeysPart },
  { part: 'server', text: 'Server', action: 'setting.read', content: ServerPart },
];

/** Settings, a part at a time. */
export function SettingsPage() {
  const may = useMay();
  const { part = 'account' } = useParams({ strict: false });
  const seen = PARTS.filter(({ action }) => action === undefined || may(action));
  const shown = seen.find((one) => one.part === part);
  return (
    <Page title="Settings">
      <nav aria-label="Parts of the settings" className={styles.parts}>
        {seen.map((one) => (
          <Link
            key={one.part}
            to="/settings/$part"
            params={{ part: one.part }}
            aria-current={one.part === part ? 'page' : undefined}
          >
            {one.text}
          </Link>
        ))}
      </nav>
      {shown ? <shown.content /> : <Empty title="Your role does not show this">Ask an owner if you need it.</Empty>}
    </Page>
  );
}
