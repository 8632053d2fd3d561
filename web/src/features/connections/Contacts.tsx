import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import type { SiteRef } from '../../api/types';
import { personText } from '../../lib/words';
import { Link } from '../../ui/Link';
import { Loaded } from '../../ui/Loaded';
import { useNow } from '../../ui/now';
import { Time } from '../../ui/Time';
import styles from './connections.module.css';

/** Who confirms, objects and stops; a contact counts a week after being named. */
export function Contacts({ site }: { site: SiteRef }) {
  const query = useQuery(queries.safeguards(site.id));
  const now = useNow();
  return (
    <Loaded query={query}>
      {({ contacts, policy }) => (
        <>
          <p>
            Policy <strong>{policy.name}</strong>: {policy.contactConfirmations} must confirm.{' '}
            <Link href="/settings/safeguards">Change under Settings</Link>
          </p>
          {contacts.length === 0 && <p>None are named yet. Without them nobody can confirm a recovery.</p>}
          <ul>
            {contacts.map(({ person, counts }) => (
              <li key={person.id}>
                {personText(person)}
                {new Date(counts) > now && (
                  <span className={styles.note}>
                    Counts <Time at={counts} isInline />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}
