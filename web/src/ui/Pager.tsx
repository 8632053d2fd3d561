import Button from '@atlaskit/button/new';
import type { Paged } from '../api/paged';
import styles from './ui.module.css';

/** Most lists begin with what is newest. */
const USUAL = { newer: 'Newer', older: 'Older' };

/** The ways to the other pages of a list; nothing where there is only one. */
export function Pager<T>({ of, label, words = USUAL }: { of: Paged<T>; label: string; words?: typeof USUAL }) {
  if (!of.older && !of.newer) return null;
  return (
    <nav className={styles.pager} aria-label={label}>
      <Button isDisabled={!of.newer} onClick={() => of.newer?.()}>
        {words.newer}
      </Button>
      <span role="status">Page {of.number}</span>
      <Button isDisabled={!of.older} onClick={() => of.older?.()}>
        {words.older}
      </Button>
    </nav>
  );
}
