import { DropdownItem } from '@atlaskit/dropdown-menu';
import { Link as RouterLink, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, body } from '../api/client';
import { become, useMe } from '../api/session';
import { dropAllDrafts } from '../lib/draft';
import { title } from '../lib/words';
import { Menu } from '../ui/Menu';
import { entries } from './navigation';
import styles from './shell.module.css';

/** What all pages stand in: skip link, top bar, navigation, and the page itself. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main" onClick={toMain}>
        Skip to the page
      </a>
      <header className={styles.top}>
        <RouterLink to="/connections" search={{ tab: 'pull' }} className={styles.brand}>
          <img src="icon.svg" alt="" width={24} height={24} />
          Lifeboat
        </RouterLink>
        <div className={styles.account}>
          <Account />
        </div>
      </header>
      <Navigation />
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The base address of the page is not its own: the browser would go elsewhere. */
function toMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Navigation() {
  const me = useMe();
  return (
    <nav className={styles.nav} aria-label="Pages">
      <ul>
        {entries(me).map(({ to, text }) => (
          <li key={to}>
            <RouterLink to={to} activeProps={{ 'aria-current': 'page' }}>
              {text}
            </RouterLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Account() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await body(api.DELETE('/api/v1/session')).catch(() => undefined);
    dropAllDrafts();
    become(client, null);
  };
  return (
    <Menu text={me.name} label={`Account of ${me.name}`} title={`${me.email} · ${title(me.role)}`}>
      <DropdownItem
        onClick={() => {
          void navigate({ to: '/settings/$part', params: { part: 'account' } });
        }}
      >
        Account
      </DropdownItem>
      <DropdownItem onClick={() => void signOut()}>Sign out</DropdownItem>
    </Menu>
  );
}
