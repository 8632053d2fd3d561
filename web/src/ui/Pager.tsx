import Button from '@atlaskit/button/new';
import type { Paged } from '../api/paged';
import styles from './ui.module.css';

/** The ways to the other pages of a list; nothing where there is only one. */
export function Pager<T>({ of, label }: { of: Paged<T>; label: string }) {
  if (!of.older && !of.newer) return null;
  return (
    <nav className={styles.pager} aria-label={label}>
      <Button isDisabled={!of.newer} onClick={() => of.newer?.()}>
        Newer
      </Button>
      <span role="status">Page {of.number}</span>
      <Button isDisabled={!of.older} onClick={() => of.older?.()}>
        Older
      </Button>
    </nav>
  );
}
